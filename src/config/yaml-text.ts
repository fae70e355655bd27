import { stringify } from 'yaml';

/** A value as YAML that this room's reader takes: texts that look like numbers are quoted. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 110 });
}
