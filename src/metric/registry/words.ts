/** Words of metrics and of the counters that they are made of, in both languages. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}
