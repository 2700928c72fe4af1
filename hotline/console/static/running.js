// 试听: a prompt plays where one is, one at a time; without this its link plays it in a page of its own.
(() => {
  const player = new Audio();
  let at = null;

  function rest() {
    if (at) at.textContent = at.dataset.said;
    at?.classList.remove("playing");
    at = null;
  }

  document.addEventListener("click", (click) => {
    const link = click.target.closest("a.hear");
    if (!link || click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    const again = link === at;
    player.pause();
    rest();
    if (again) return;
    at = link;
    at.dataset.said = at.textContent;
    at.textContent = at.dataset.stop;
    at.classList.add("playing");
    player.src = link.href;
    player.play().catch(rest);
  });
  player.addEventListener("ended", rest);
})();
