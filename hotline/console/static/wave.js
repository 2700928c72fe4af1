// The recording as it looks: above the line the caller, below it whoever talks to them. What was
// heard already is drawn strongly; a click jumps there. Keys work on the player beside it.
(() => {
  const wave = () => document.getElementById("wave");
  const player = () => document.getElementById("audio");
  const lasts = (canvas, audio) => (Number.isFinite(audio.duration) && audio.duration) || Number(canvas.dataset.seconds) || 1;

  function draw() {
    const canvas = wave(), audio = player();
    if (!canvas || !audio || !canvas.clientWidth) return;
    const dense = window.devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * dense;
    canvas.height = canvas.clientHeight * dense;
    const hex = canvas.dataset.points, points = hex.length / 4, middle = canvas.height / 2;
    const at = (n) => parseInt(hex.slice(2 * n, 2 * n + 2), 16);
    let loudest = 8; // of a silent recording, its noise is not blown up
    for (let n = 0; n < 2 * points; n++) loudest = Math.max(loudest, at(n));
    const heard = (audio.currentTime / lasts(canvas, audio)) * points;
    const pen = canvas.getContext("2d"), wide = canvas.width / points;
    pen.fillStyle = getComputedStyle(canvas).color;
    for (let n = 0; n < points; n++) {
      pen.globalAlpha = n < heard ? 1 : 0.45;
      const above = (at(2 * n) / loudest) * (middle - 1), below = (at(2 * n + 1) / loudest) * (middle - 1);
      pen.fillRect(n * wide, middle - above, Math.max(wide * 0.8, 1), Math.max(above, 0.5));
      pen.fillRect(n * wide, middle, Math.max(wide * 0.8, 1), Math.max(below, 0.5));
    }
  }

  document.addEventListener("click", (click) => {
    const canvas = click.target.closest("#wave"), audio = player();
    if (!canvas || !audio) return;
    const box = canvas.getBoundingClientRect();
    audio.currentTime = ((click.clientX - box.left) / box.width) * lasts(canvas, audio);
    draw();
  });
  for (const told of ["timeupdate", "loadedmetadata", "seeked"]) document.addEventListener(told, draw, true);
  document.addEventListener("htmx:afterSwap", draw);
  window.addEventListener("resize", draw);
  draw();
})();
