/** The sound of a call that rings: two tones, made here, nothing is loaded. */

const TONES_HZ = [740, 932];
const BURST_SECONDS = 0.4;
const EVERY_MS = 2000;
const VOLUME = 0.12;

/** Rings until the function returned is called. Where the browser lets nothing be heard before a click, it begins with the next one. */
export function ringOut(speaker: string | undefined): () => void {
  const audio = new AudioContext();
  const sink = audio as AudioContext & { setSinkId?: (id: string) => Promise<void> };
  if (speaker !== undefined) void sink.setSinkId?.(speaker).catch(() => {});
  const gain = new GainNode(audio, { gain: 0 });
  gain.connect(audio.destination);
  const tones = TONES_HZ.map((frequency) => {
    const tone = new OscillatorNode(audio, { frequency });
    tone.connect(gain);
    tone.start();
    return tone;
  });
  const burst = () => {
    for (const [place, at] of [0, BURST_SECONDS + 0.2].entries()) {
      const start = audio.currentTime + at + place * 0.01;
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(VOLUME, start + 0.02);
      gain.gain.setValueAtTime(VOLUME, start + BURST_SECONDS - 0.02);
      gain.gain.linearRampToValueAtTime(0, start + BURST_SECONDS);
    }
  };
  const wake = () => void audio.resume();
  document.addEventListener('pointerdown', wake);
  burst();
  const timer = setInterval(burst, EVERY_MS);
  return () => {
    clearInterval(timer);
    document.removeEventListener('pointerdown', wake);
    for (const tone of tones) tone.stop();
    void audio.close();
  };
}
