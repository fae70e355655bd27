/** Two short tones, made here: nothing is fetched. */
let context: AudioContext | undefined;

/** A browser that has not been touched yet makes no sound. */
export function chime(): void {
  try {
    context ??= new AudioContext();
    const begin = context.currentTime;
    for (const [place, frequency] of [880, 660].entries()) {
      const tone = new OscillatorNode(context, { frequency });
      const loudness = new GainNode(context, { gain: 0 });
      const at = begin + place * 0.18;
      loudness.gain.setValueAtTime(0.12, at);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.16);
      tone.connect(loudness).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.17);
    }
  } catch {
    // Without sound there is the banner.
  }
}
