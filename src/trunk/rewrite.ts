import type { RewriteRule } from '../provisioning/kind/trunk.ts';

/** Place of the first rule that matches a number; -1 when none does. */
export const ruleFor = (number: string, rules: readonly RewriteRule[]): number =>
  rules.findIndex(({ match }) => number.startsWith(match));

/** The number after the first rule that matches it; itself when none does (号码变换). */
export function rewrite(number: string, rules: readonly RewriteRule[]): string {
  const rule = rules[ruleFor(number, rules)];
  return rule ? rule.add + number.slice(rule.strip) : number;
}
