/** The name by which users have it: nobody reads it, so nobody is asked for it. */
export function roleName(en: string, taken: ReadonlySet<string>): string {
  const plain = en
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 48);
  const start = plain || 'role';
  let name = start;
  for (let n = 2; taken.has(name); n += 1) name = `${start}-${n}`;
  return name;
}
