/** The prompts that say a whole number from 0 to 99 as one counts in Chinese and in English; a greater one digit by digit. */
export function spokenNumber(count: number): string[] {
  const digits = [...String(count)];
  const [tens, ones] = digits;
  if (digits.length !== 2) return digits.map((digit) => `digit-${digit}`);
  if (tens === '1' || ones === '0') return [`number-${count}`];
  return [`number-${tens}0`, `digit-${ones}`];
}
