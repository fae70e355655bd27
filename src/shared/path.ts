/** Path from a value's root down to a part of it: keys of maps and indexes of lists. */
export type Path = readonly (string | number)[];

/** JSON pointer (RFC 6901). */
export const pointerTo = (path: Path): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
