import type { CallFacts } from './call-events.ts';

/** A language, as a skill of agents where it is one: 普通话, 粤语, English. */
export interface Spoken {
  /** Of the skill; undefined: it asks nothing of agents. */
  readonly name?: string;
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

/** The language that a caller chose, or his phone has: prompts are spoken in it, and agents who know the one that he chose serve him. */
export class CallerSpeech {
  /** That he chose; undefined: it is his phone's. */
  readonly skill: string | undefined;
  readonly title: string;
  readonly language: string | undefined;
  readonly #call: SpokenCall;
  /** Prompts that the record was told of. */
  readonly #lacking = new Set<string>();

  constructor(call: SpokenCall, { name, title, language }: Spoken) {
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
export function speak(call: SpokenCall, skill: Spoken, why: string): void {
  call.speech = new CallerSpeech(call, skill);
  call.note('step', { step: `language ${skill.title}`, why });
}

/** A phone of the company calls, whose owner is spoken to in his language. */
export function speakAsPhone(call: SpokenCall, language: string): void {
  call.speech = new CallerSpeech(call, { title: language, language });
}
