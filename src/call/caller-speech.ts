import type { CallFacts } from './call-events.ts';

/** A language as a skill of agents: 普通话, 粤语, English. */
export interface SpokenSkill {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** Folder of its prompts; undefined: it has none of its own. */
  readonly language?: string | undefined;
}

/** A call, as far as its caller is spoken to. */
interface SpokenCall {
  speech: CallerSpeech | undefined;
  note(type: 'step', fact: CallFacts['step']): unknown;
}

/** The language that a caller chose: prompts are spoken in it for the rest of his call, and agents who know it serve him. */
export class CallerSpeech {
  readonly skill: string;
  readonly title: string;
  readonly language: string | undefined;
  readonly #call: SpokenCall;
  /** Prompts that the record was told of. */
  readonly #lacking = new Set<string>();

  constructor(call: SpokenCall, { name, title, language }: SpokenSkill) {
    this.#call = call;
    this.skill = name;
    this.title = title;
    this.language = language;
  }

  /** A prompt is not recorded in it, and is spoken as for everybody: noted once. */
  lacks(prompt: string): void {
    if (this.#lacking.has(prompt)) return;
    this.#lacking.add(prompt);
    const why = `it is not recorded in ${this.language}: spoken as for everybody`;
    this.#call.note('step', { step: `prompt ${prompt}`, why });
  }
}

/** The caller chose a language, or his flow did. `why`: by what, for the record. */
export function speak(call: SpokenCall, skill: SpokenSkill, why: string): void {
  call.speech = new CallerSpeech(call, skill);
  call.note('step', { step: `language ${skill.title}`, why });
}
