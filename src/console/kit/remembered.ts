/** What this browser remembers of who sits at it: choices of looks, never data of a company. */
const PREFIX = 'pbx400.';

export function remembered(key: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + key) ?? undefined;
  } catch {
    // A browser that is told to keep nothing.
    return undefined;
  }
}

/** Undefined: forgets it. */
export function remember(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, value);
  } catch {
    // It holds until the page is loaded anew.
  }
}
