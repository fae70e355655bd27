/** A clock that jumped so far slept. */
const SLEPT_MS = 15_000;
const BEAT_MS = 5000;

/** Calls `woke` when this machine slept, or the browser froze the page, and goes on. Returns what ends it. */
export function onWake(woke: () => void): () => void {
  let last = Date.now();
  const look = () => {
    const sleptMs = Date.now() - last - BEAT_MS;
    last = Date.now();
    if (sleptMs > SLEPT_MS) woke();
  };
  const beat = setInterval(look, BEAT_MS);
  // Told before the beat comes.
  document.addEventListener('resume', look);
  return () => {
    clearInterval(beat);
    document.removeEventListener('resume', look);
  };
}
