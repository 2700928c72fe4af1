// 耳机测试: three seconds of one's own voice, as a caller will hear it; before the first call.
(() => {
  const RECORD_MS = 3000, QUIET = 0.25, KEPT = "headset-tested";
  const part = document.getElementById("headset");
  if (!part) return;
  const said = part.querySelector("[role=status]"), meter = part.querySelector("meter"), choice = part.querySelector("select");
  const [start, good, bad] = part.querySelectorAll("button");
  const words = JSON.parse(part.dataset.words);

  const say = (what) => { said.textContent = words[what]; };
  const ask = (on) => { good.hidden = bad.hidden = !on; start.disabled = false; };

  async function test() {
    start.disabled = true;
    ask(false);
    const { DEVICE, openSound, openMicrophone, closeSound, loudness } = await import(part.dataset.seat);
    const sound = await openSound(part.dataset.worklet);
    try {
      if (choice.value) localStorage.setItem(DEVICE, choice.value);
      await openMicrophone(sound, localStorage.getItem(DEVICE) ?? "");
      await offer(sound);
      say("speak");
      const frames = await record(sound, loudness);
      say(frames.loudest < QUIET ? "quiet" : "listen");
      await play(sound, frames);
      ask(true);
    } catch (error) {
      say(error.name === "NotAllowedError" ? "refused" : "none");
      start.disabled = false;
    } finally {
      closeSound(sound);
      meter.value = 0;
    }
  }

  // Only now does the browser tell what its devices are called.
  async function offer({ stream }) {
    const used = stream.getAudioTracks()[0].getSettings().deviceId;
    const known = (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "audioinput");
    choice.replaceChildren(...known.map((each) => new Option(each.label, each.deviceId, false, each.deviceId === used)));
    choice.hidden = known.length < 2;
  }

  function record({ microphone }, loudness) {
    const frames = Object.assign([], { loudest: 0 });
    return new Promise((done) => {
      microphone.port.onmessage = ({ data }) => {
        frames.push(data.frame);
        meter.value = loudness(data.level);
        frames.loudest = Math.max(frames.loudest, meter.value);
      };
      setTimeout(() => { microphone.port.onmessage = null; done(frames); }, RECORD_MS);
    });
  }

  // Frame by frame, as from a line: it is the same buffer that plays callers.
  async function play({ headset, context }, frames) {
    const began = context.currentTime;
    for (let sent = 0; sent < frames.length; await new Promise((wake) => setTimeout(wake, 20))) {
      for (const due = (context.currentTime - began) * 50 + 5; sent < Math.min(due, frames.length); sent++) {
        headset.port.postMessage({ frame: frames[sent] });
      }
    }
    await new Promise((wake) => setTimeout(wake, 300));
  }

  function judge(passed) {
    if (passed) localStorage.setItem(KEPT, new Date().toISOString());
    else localStorage.removeItem(KEPT);
    say(passed ? "passed" : "failed");
    ask(false);
    part.dispatchEvent(new CustomEvent("headset", { bubbles: true, detail: { passed } }));
  }

  start.addEventListener("click", test);
  choice.addEventListener("change", test);
  good.addEventListener("click", () => judge(true));
  bad.addEventListener("click", () => judge(false));
  part.dataset.tested = localStorage.getItem(KEPT) ?? "";
  if (!part.dataset.tested) say("never");
})();
