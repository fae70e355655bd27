/** Colours and letters: the one place of them (CONSOLE.md, "Look"). */

export type Mode = 'light' | 'dark';

/** Letters and ground of one state; each pair has a contrast of 4.5 at least. */
export interface Tone {
  readonly ink: string;
  readonly ground: string;
}

/** Tones by what they say. */
export type ToneName = 'green' | 'amber' | 'blue' | 'violet' | 'cyan' | 'orange' | 'grey' | 'red';

interface Tokens {
  /** Ground of the page, and of cards on it. */
  readonly page: string;
  readonly card: string;
  /** What is pointed at, and what is chosen. */
  readonly hover: string;
  readonly chosen: string;
  readonly line: string;
  readonly ink: string;
  /** Secondary text. */
  readonly faint: string;
  /** What can be acted on. */
  readonly accent: string;
  readonly tones: Readonly<Record<ToneName, Tone>>;
}

export const TOKENS: Readonly<Record<Mode, Tokens>> = {
  light: {
    page: '#f4f5f7',
    card: '#ffffff',
    hover: '#f0f2f5',
    chosen: '#e8ecf9',
    line: '#e0e3e8',
    ink: '#1d2129',
    faint: '#59616d',
    accent: '#3451b2',
    tones: {
      green: { ink: '#176639', ground: '#e2f4e8' },
      amber: { ink: '#7d4b00', ground: '#fdf0d3' },
      blue: { ink: '#0a569f', ground: '#e1effc' },
      violet: { ink: '#643bad', ground: '#efe8fb' },
      cyan: { ink: '#0b626c', ground: '#dcf2f4' },
      orange: { ink: '#98430a', ground: '#fdeadc' },
      grey: { ink: '#525a66', ground: '#eceef1' },
      red: { ink: '#a8231b', ground: '#fde6e4' },
    },
  },
  dark: {
    page: '#121417',
    card: '#1a1d21',
    hover: '#23272c',
    chosen: '#262e45',
    line: '#30353c',
    ink: '#e3e6ea',
    faint: '#9aa2ad',
    accent: '#93a8f4',
    tones: {
      green: { ink: '#74d99a', ground: '#14311f' },
      amber: { ink: '#f0c067', ground: '#3a2a0b' },
      blue: { ink: '#85bcf6', ground: '#112b46' },
      violet: { ink: '#c0a6f2', ground: '#2c2145' },
      cyan: { ink: '#6dced9', ground: '#0e3338' },
      orange: { ink: '#f0a574', ground: '#3f230f' },
      grey: { ink: '#a9b0ba', ground: '#2a2e34' },
      red: { ink: '#f49790', ground: '#421b18' },
    },
  },
};

export const FONT =
  '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", system-ui, -apple-system, "Segoe UI", sans-serif';
export const CODE_FONT = 'ui-monospace, "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace';
