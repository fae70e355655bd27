/** Sums of frames. Sums are 32 bits wide, so that up to 65,000 speakers fit before they are cut to 16. */

/** Adds a frame times `gain` (1 is unchanged) to a sum. */
export function addFrame(sum: Int32Array, frame: Int16Array, gain = 1): void {
  if (gain === 1) {
    for (let index = 0; index < frame.length; index++) sum[index]! += frame[index]!;
    return;
  }
  for (let index = 0; index < frame.length; index++) sum[index]! += frame[index]! * gain;
}

/** Takes a frame times `gain` out of a sum again: what a member hears is all but himself. */
export function subtractFrame(sum: Int32Array, frame: Int16Array, gain = 1): void {
  addFrame(sum, frame, -gain);
}

/** A sum as samples; what does not fit into 16 bits is cut (saturation), never wrapped. */
export function saturate(sum: Int32Array, out: Int16Array): void {
  for (let index = 0; index < out.length; index++) {
    out[index] = Math.max(-32768, Math.min(32767, sum[index]!));
  }
}
