import { stringify } from 'yaml';

/** A value as YAML that this room's reader takes: texts that look like numbers are quoted. */
export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 110 });
}

/** The same in one line: `15s`, `["8001", "8002"]`. */
export function yamlLine(value: unknown): string {
  const flow = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const;
  return stringify(value, flow).trimEnd();
}
