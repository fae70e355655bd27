import type { RewriteRule } from '../provisioning/kind/trunk.ts';

/** The number after the first rule that matches it; itself when none does (号码变换). */
export function rewrite(number: string, rules: readonly RewriteRule[]): string {
  for (const { match, strip, add } of rules) {
    if (number.startsWith(match)) return add + number.slice(strip);
  }
  return number;
}
