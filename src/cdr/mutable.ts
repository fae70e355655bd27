/** A record under construction. */
export type Mutable<Record> = { -readonly [Key in keyof Record]: Record[Key] };
