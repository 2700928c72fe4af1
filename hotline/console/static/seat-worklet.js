// The sound of a browser seat, on the audio thread: "seat-microphone" makes 20 ms frames of 8 kHz
// s16le and posts them; "seat-headset" plays such frames as they are posted to it.

const RATE = 8000, FRAME = 160;

// A low-pass and a change of rate in one: a windowed sinc, tabulated for each phase that occurs.
class Resampler {
  static HALF = 32; // zero crossings either side: 70 dB down from 4.1 kHz on, 4 ms late
  static CUTOFF = 0.92; // of half the lower rate: 3.68 kHz, a telephone has nothing above 3.4

  constructor(from, to) {
    const common = divisor(from, to), lower = Math.min(from, to);
    this.up = to / common;
    this.down = from / common;
    const half = Math.ceil(Resampler.HALF * from / lower);
    this.taps = 2 * half;
    this.table = Array.from({ length: this.up }, (_, phase) => kernel(half, phase / this.up, Resampler.CUTOFF * lower / from));
    this.ring = new Float32Array(2 * this.taps); // every sample twice, so that the last `taps` lie in a row
    this.at = 0;
    this.phase = 0;
  }

  // Take a sample; call `out` with each that is due.
  push(sample, out) {
    this.ring[this.at] = this.ring[this.at + this.taps] = sample;
    this.at = (this.at + 1) % this.taps;
    for (; this.phase < this.up; this.phase += this.down) {
      const weights = this.table[this.phase];
      let sum = 0;
      for (let tap = 0; tap < this.taps; tap++) sum += weights[tap] * this.ring[this.at + tap];
      out(sum);
    }
    this.phase -= this.up;
  }
}

function divisor(a, b) {
  return b ? divisor(b, a % b) : a;
}

// Weights for the samples around a moment that lies `fraction` of a sample after the middle one.
function kernel(half, fraction, cutoff) {
  const weights = Float32Array.from({ length: 2 * half }, (_, tap) => {
    const x = tap - (half - 1) - fraction, angle = Math.PI * (x / half);
    const window = Math.abs(x) >= half ? 0 : 0.42 + 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle);
    return window * cutoff * (x ? Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x) : 1);
  });
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

// As telephony/jitter.py, step for step; tests/console/test_seat_script.py compares the two.
class Jitter {
  static MOST = 10; static FIRST = 2; static LEAST_SPARE = 1; static MOST_SPARE = 6;
  static WINDOW = 50; static CALM_WINDOWS = 10; static PATIENCE = 5;
  static HUSH = 1.5; static QUIETEST_VOICE = 120; static LOUDEST_HUSH = 1000;

  constructor() {
    this.gaps = this.dropped = this.repeated = 0;
    this.spare = Jitter.LEAST_SPARE;
    this.frames = [];
    this.playing = false;
    this.missing = this.calm = this.waited = 0;
    this.hush = Jitter.QUIETEST_VOICE;
    this.beginWindow();
  }

  put(frame) {
    if (this.missing) this.resume();
    this.frames.push(frame);
    if (this.frames.length > Jitter.MOST) { this.frames.shift(); this.dropped++; }
  }

  take() {
    if (!this.playing) {
      this.playing = this.frames.length >= Jitter.FIRST;
      if (!this.playing) return null;
    }
    if (!this.frames.length) { this.missing++; return null; }
    const frame = this.frames[0], level = loudness(frame);
    this.quietest = Math.min(this.quietest, level);
    this.moveOn(level <= this.hush || this.waited >= Jitter.PATIENCE);
    this.lowest = Math.min(this.lowest, this.frames.length);
    if (++this.taken === Jitter.WINDOW) this.judge();
    return frame;
  }

  rest() {
    this.frames = [];
    this.playing = false;
    this.missing = this.waited = 0;
    this.beginWindow();
  }

  moveOn(unnoticed) {
    if (unnoticed && this.change < 0) { this.repeated++; this.change = this.waited = 0; return; }
    this.frames.shift();
    if (unnoticed && this.change > 0 && this.frames.length) {
      this.frames.shift();
      this.dropped++;
      this.change--;
      this.waited = 0;
    }
  }

  resume() {
    this.gaps++;
    if (this.missing < Jitter.MOST) this.spare = Math.min(this.spare + 1, Jitter.MOST_SPARE);
    else this.playing = false;
    this.missing = this.calm = this.waited = 0;
    this.beginWindow();
  }

  judge() {
    if (++this.calm === Jitter.CALM_WINDOWS) {
      this.calm = 0;
      this.spare = Math.max(this.spare - 1, Jitter.LEAST_SPARE);
    }
    const ahead = Math.max(this.lowest - this.spare, -1);
    this.waited = ahead ? this.waited + 1 : 0;
    const hush = Math.min(Math.trunc(this.quietest * Jitter.HUSH), Jitter.LOUDEST_HUSH);
    this.hush = Math.max(Jitter.QUIETEST_VOICE, hush);
    this.beginWindow();
    this.change = ahead;
  }

  beginWindow() {
    this.taken = this.change = 0;
    this.lowest = Jitter.MOST;
    this.quietest = 1 << 15;
  }
}

// The mean absolute sample.
function loudness(frame) {
  let sum = 0;
  for (const sample of frame) sum += Math.abs(sample);
  return Math.floor(sum / frame.length);
}

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate, RATE);
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.take = (sample) => this.keep(sample);
  }

  process([input]) {
    const sound = input[0];
    if (sound) for (const sample of sound) this.resampler.push(sample, this.take);
    return true;
  }

  keep(sample) {
    this.frame[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
    if (this.filled < FRAME) return;
    this.port.postMessage({ frame: this.frame.buffer, level: loudness(this.frame) }, [this.frame.buffer]);
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
  }
}

class Headset extends AudioWorkletProcessor {
  static TELL = 10; // frames: five times a second it says how it goes

  constructor() {
    super();
    this.resampler = new Resampler(RATE, sampleRate);
    this.jitter = new Jitter();
    this.ready = []; // samples at the device's rate, from `next` on
    this.next = 0;
    this.played = 0;
    this.loudest = 0;
    this.port.onmessage = ({ data }) => data.frame ? this.jitter.put(new Int16Array(data.frame)) : this.jitter.rest();
    this.take = (sample) => this.ready.push(sample);
  }

  process(_inputs, [output]) {
    const [first, ...others] = output;
    for (let at = 0; at < first.length; at++) {
      while (this.next >= this.ready.length) this.refill();
      first[at] = this.ready[this.next++];
    }
    for (const other of others) other.set(first);
    return true;
  }

  refill() {
    const frame = this.jitter.take();
    this.ready.length = this.next = 0;
    for (let at = 0; at < FRAME; at++) this.resampler.push(frame ? frame[at] / 32768 : 0, this.take);
    this.loudest = Math.max(this.loudest, frame ? loudness(frame) : 0);
    if (++this.played % Headset.TELL) return;
    const { gaps, dropped, repeated, frames } = this.jitter;
    this.port.postMessage({ gaps, dropped, repeated, depth_ms: 20 * frames.length, level: this.loudest });
    this.loudest = 0;
  }
}

registerProcessor("seat-microphone", Microphone);
registerProcessor("seat-headset", Headset);
