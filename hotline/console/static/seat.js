// 浏览器坐席: the agent's microphone and headset, to and from the audio door (docs/browser-seats.md).
//
//   const { Seat } = await import(url);          // the URL of this file, and of seat-worklet.js,
//   const seat = new Seat({ worklet });          // come from the page: both carry their hash
//   seat.addEventListener("state", ({ detail }) => detail.state, detail.why, detail.call);
//   seat.addEventListener("level", ({ detail }) => detail.spoken, detail.heard);   // 0 to 1
//   seat.open(); seat.mute(true); seat.take(); seat.close();
//
// `open` lasts until `close`: a line that breaks is mended, with a new token each time. States:
// off, elsewhere (another page of this agent's has the sound; `take` fetches it here), opening,
// microphone (none, or not allowed), asleep (the browser wants a key or a click first), away
// (no line; mended by itself), refused (not signed in, or no agent), ready, talking (a call
// has this seat, from its first ring on; the switch decides who hears whom).

const LOCK = "hotline-seat", PROTOCOL = "seat.hotline", TAKEN_OVER = 4001;
const FIRST_PAUSE_MS = 250, LONGEST_PAUSE_MS = 3000, CONNECT_MS = 5000, BEAT_MS = 1000, SILENT_MS = 3000;
const MOST_UNSENT = 3200; // bytes: 200 ms; what can't be sent in time nobody wants to hear
const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };

// Which microphone the agent chose at the headset test, on this computer.
export const DEVICE = "headset-device";

export class Seat extends EventTarget {
  state = "off";
  call = null; // the call's id while its worker holds the line
  unsent = 0; // frames of the microphone that were let go here
  counts = {}; // of the headset: gaps, dropped, repeated, depth_ms
  #stop = null; #mine = null; #line = null; #tries = 0; #timer = 0; #beats = 0; #asked = 0; #trip = 0; #muted = false; #asking = false; #spoken = 0;

  constructor({ worklet, tokens = "/api/v1/seats/me/audio-token", device = localStorage.getItem(DEVICE) ?? "" }) {
    super();
    Object.assign(this, { worklet, tokens, device });
  }

  // Have the sound here, as soon as no other page of this browser has it.
  open() {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#become("elsewhere");
    this.#queue({ signal: this.#stop.signal });
  }

  // Have the sound here now, whoever has it.
  take() {
    this.close();
    this.#stop = new AbortController();
    this.#queue({ steal: true });
  }

  close() {
    this.#stop?.abort();
    this.#stop = null;
    this.#shut();
    this.#become("off");
  }

  // For the moment a cough takes; that the caller is held is the switch's doing.
  mute(on) {
    this.#muted = on;
    for (const track of this.stream?.getTracks() ?? []) track.enabled = !on;
  }

  async #queue(how) {
    const stop = this.#stop;
    try {
      await navigator.locks.request(LOCK, how, () => this.#hold(stop.signal));
    } catch (error) {
      if (error.name !== "AbortError") throw error;
      if (stop.signal.aborted) return;
      this.#shut(); // another page has taken it
      this.#become("elsewhere");
      this.#queue({ signal: stop.signal });
    }
  }

  #hold(signal) {
    if (signal.aborted) return null;
    this.#mine = new AbortController();
    this.#begin(this.#mine.signal);
    return new Promise((release) => signal.addEventListener("abort", release));
  }

  async #begin(signal) {
    this.#become("opening");
    const sound = await openSound(this.worklet);
    if (signal.aborted) return void closeSound(sound);
    Object.assign(this, sound);
    this.microphone.port.onmessage = ({ data }) => this.#speak(data);
    this.headset.port.onmessage = ({ data }) => this.#note(data);
    for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => this.context?.resume(), { signal });
    this.context.addEventListener("statechange", () => this.#show(), { signal });
    addEventListener("online", () => this.#line || this.#again(0), { signal });
    navigator.mediaDevices.addEventListener("devicechange", () => this.#listen(), { signal });
    this.#beats = setInterval(() => this.#beat(), BEAT_MS);
    this.#listen();
    this.#dial();
  }

  // Have a microphone, also after the one in use was pulled out.
  async #listen() {
    if (this.#live() || this.#asking) return;
    this.#asking = true;
    try {
      await openMicrophone(this, this.device);
      this.mute(this.#muted);
      this.stream.getAudioTracks()[0].onended = () => this.#listen();
      this.#wake();
    } catch (error) {
      this.#become("microphone", error.name);
    } finally {
      this.#asking = false;
    }
    this.#show();
  }

  async #dial() {
    const mine = this.#mine;
    try {
      const answer = await fetch(this.tokens, { method: "POST", signal: AbortSignal.timeout(CONNECT_MS) });
      if (mine.signal.aborted || this.#line) return;
      if ([401, 403].includes(answer.status)) return void this.#become("refused");
      const { url, token } = await answer.json();
      this.#connect(new WebSocket(url, [PROTOCOL, token]));
    } catch {
      if (!mine.signal.aborted) this.#again();
    }
  }

  #connect(line) {
    this.#line = line;
    line.binaryType = "arraybuffer";
    const late = setTimeout(() => this.#lose(line), CONNECT_MS);
    line.onopen = () => { clearTimeout(late); this.#tries = this.#asked = 0; this.#show(); };
    line.onmessage = ({ data }) => {
      if (typeof data === "string") this.#hear(JSON.parse(data));
      else this.headset.port.postMessage({ frame: data }, [data]);
    };
    line.onclose = ({ code, reason }) => { clearTimeout(late); this.#lose(line, code, reason); };
  }

  #lose(line, code, why) {
    if (line !== this.#line) return;
    this.#line = this.call = null;
    line.close();
    this.headset.port.postMessage({ rest: true });
    if (code === TAKEN_OVER) this.#become("elsewhere", why);
    else this.#again();
  }

  #again(pause = Math.min(FIRST_PAUSE_MS * 1.5 ** this.#tries++, LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2)) {
    if (this.state === "elsewhere") return;
    this.#become("away");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#dial(), pause);
  }

  #hear(note) {
    if ("pong" in note) { this.#trip = performance.now() - note.pong; this.#asked = 0; }
    if (!("call" in note)) return;
    this.call = note.call;
    if (!this.call) this.headset.port.postMessage({ rest: true });
    this.#show();
  }

  // After a reload nobody has touched the page yet: browsers let it sound once it hears.
  #wake() {
    if (this.context?.state === "suspended" && this.#live()) this.context.resume();
  }

  // A line without an answer is dead, whatever the system believes.
  #beat() {
    this.#wake();
    if (this.#line?.readyState !== WebSocket.OPEN) return;
    const now = performance.now();
    if (this.#asked && now - this.#asked > SILENT_MS) { this.#lose(this.#line); return; }
    this.#asked ||= now;
    this.#line.send(JSON.stringify({ ping: now, page: { ...this.counts, round_trip_ms: Math.round(this.#trip) } }));
  }

  #speak({ frame, level }) {
    this.#spoken = Math.max(this.#spoken, level);
    if (!this.call || this.#line?.readyState !== WebSocket.OPEN) return;
    if (this.#line.bufferedAmount > MOST_UNSENT) { this.unsent++; return; }
    this.#line.send(frame);
  }

  #note({ level, ...counts }) {
    this.counts = counts;
    const detail = { spoken: loudness(this.#spoken), heard: loudness(level) };
    this.#spoken = 0;
    this.dispatchEvent(new CustomEvent("level", { detail }));
  }

  #show() {
    if (this.#line?.readyState !== WebSocket.OPEN) return;
    if (!this.#live()) return;
    if (this.context.state !== "running") this.#become("asleep");
    else this.#become(this.call ? "talking" : "ready");
  }

  #live() {
    return this.stream?.getAudioTracks()[0]?.readyState === "live";
  }

  #become(state, why = "") {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, why, call: this.call } }));
  }

  #shut() {
    clearTimeout(this.#timer);
    clearInterval(this.#beats);
    this.#mine?.abort();
    const line = this.#line;
    this.#line = this.call = null;
    line?.close();
    closeSound(this);
  }
}

// Microphone and headset on the audio thread: `microphone` posts frames, `headset` takes them.
export async function openSound(worklet) {
  const context = new AudioContext({ latencyHint: "interactive" });
  await context.audioWorklet.addModule(worklet);
  const microphone = new AudioWorkletNode(context, "seat-microphone");
  const headset = new AudioWorkletNode(context, "seat-headset", { outputChannelCount: [2] });
  microphone.connect(context.destination); // it is silent; unconnected it would not run
  headset.connect(context.destination);
  return { context, microphone, headset };
}

export async function openMicrophone(sound, device = "") {
  const wanted = device ? { ...VOICE, deviceId: { ideal: device } } : VOICE;
  sound.stream = await navigator.mediaDevices.getUserMedia({ audio: wanted });
  sound.source?.disconnect();
  sound.source = sound.context.createMediaStreamSource(sound.stream);
  sound.source.connect(sound.microphone);
  if (device && sound.context.setSinkId) await useItsHeadset(sound);
}

// Who chose a headset's microphone means the whole headset.
async function useItsHeadset({ context, stream }) {
  const known = await navigator.mediaDevices.enumerateDevices();
  const used = stream.getAudioTracks()[0].getSettings().deviceId;
  const group = known.find((each) => each.kind === "audioinput" && each.deviceId === used)?.groupId;
  const headset = known.find((each) => each.kind === "audiooutput" && group && each.groupId === group);
  if (headset) await context.setSinkId(headset.deviceId);
}

export function closeSound(sound) {
  for (const track of sound.stream?.getTracks() ?? []) { track.onended = null; track.stop(); }
  if (sound.context?.state !== "closed") sound.context?.close();
  sound.context = sound.stream = sound.source = null;
}

// How a level is shown: 0 at -60 dB, 1 at -6 dB.
export function loudness(level) {
  return Math.max(0, Math.min(1, (20 * Math.log10((level || 1e-9) / 32768) + 60) / 54));
}
