/** What a caller can dial by himself (分机直拨): the numbers of a company's phones and of its groups of phones. */
export interface PhoneNumbers {
  /** Digits of the longest one; 0: there is none. */
  readonly longest: number;
  kindOf(number: string): 'extension' | 'group' | undefined;
  /** Whether a longer number begins so. */
  isBeginning(digits: string): boolean;
}

/** Made once for the names of a company: 10,000 numbers are sorted, not asked one by one at each key. */
export function phoneNumbersOf(extensions: ReadonlySet<string>, groups: ReadonlySet<string>): PhoneNumbers {
  const sorted = [...extensions, ...groups].sort();
  const longest = sorted.reduce((most, { length }) => Math.max(most, length), 0);
  return {
    longest,
    kindOf: (number) => (extensions.has(number) ? 'extension' : groups.has(number) ? 'group' : undefined),
    isBeginning(digits) {
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (sorted[middle]! <= digits) low = middle + 1;
        else high = middle;
      }
      return sorted[low]?.startsWith(digits) ?? false;
    },
  };
}
