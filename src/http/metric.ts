/** A value with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One measured value, or several that differ in their labels. Names end in `_total` for counters. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly value: number | readonly Sample[];
}

export function gauge(name: string, help: string, value: Metric['value']): Metric {
  return { name, help, type: 'gauge', value };
}

export function counter(name: string, help: string, value: Metric['value']): Metric {
  return { name, help, type: 'counter', value };
}

/** Metrics in Prometheus' text format 0.0.4. */
export function renderMetrics(metrics: readonly Metric[]): string {
  let text = '';
  for (const { name, help, type, value } of metrics) {
    text += `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
    if (typeof value === 'number') text += `${name} ${value}\n`;
    else for (const sample of value) text += `${name}${renderLabels(sample.labels)} ${sample.value}\n`;
  }
  return text;
}

function renderLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escapeHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapeLabel = (text: string) => escapeHelp(text).replaceAll('"', '\\"');
