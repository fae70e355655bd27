/**
 * What to play, one after the other: a prompt's name from the catalogue (`welcome`), digits to read one by one
 * (`{ digits: '8002' }`), a number (`{ count: 45 }`), or a pause.
 */
export type Prompt =
  | string
  | {
      /** 0-9; spaces and hyphens are skipped. */
      readonly digits: string;
      /** Read 1 as 幺 (yāo), as work numbers and telephone numbers are read in Chinese. Default false: 一. */
      readonly yao?: boolean;
    }
  | {
      /** 0 to 99, read as one counts: 45 is 四十五. More is read digit by digit. */
      readonly count: number;
    }
  | { readonly pauseMs: number };

/** One prompt or several, played in order. */
export type Prompts = Prompt | readonly Prompt[];

/** The language that a caller is spoken to in. */
export interface Speech {
  /** Folder of its prompts; undefined: it has none, and prompts are those of the installation. */
  readonly language: string | undefined;
  /** A prompt is not recorded in it: it is spoken in the language of the installation. */
  lacks(prompt: string): void;
}
