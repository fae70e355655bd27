/** Path from a value's root down to a part of it: keys of maps and indexes of lists. */
export type Path = readonly (string | number)[];
