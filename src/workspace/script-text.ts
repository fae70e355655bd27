const PLACEHOLDER = /\{([\p{L}\p{N}_.-]{1,64})\}/gu;

/** A script (话术) with what is known of the call in place of `{name}`; what is not known stays as a gap that the agent sees. */
export function filledScript(
  text: string,
  known: Readonly<Record<string, string | null | undefined>>,
): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    const value = Object.hasOwn(known, name) ? known[name] : undefined;
    return value === undefined || value === null || value === '' ? whole : value;
  });
}
