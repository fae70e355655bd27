import type { Call } from '../call/call.ts';
import { speak } from '../call/caller-speech.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';
import type { Clock } from '../shared/clock.ts';
import { withDeadline } from '../shared/deadline.ts';
import { asError } from '../shared/errors.ts';

/** What is remembered of callers, by number. */
export interface CallerMemory {
  /** The skill of the language that a caller chose last. */
  languageOf(tenant: string, number: string): Promise<string | undefined>;
  keepLanguage(tenant: string, number: string, skill: string): Promise<void>;
  forgetLanguage(tenant: string, number: string): Promise<void>;
}

export interface CallerLanguagesParts {
  readonly provisioning: Provisioned;
  readonly clock: Clock;
  /** Undefined: nothing is remembered. */
  readonly callers: CallerMemory | undefined;
}

/** A caller does not wait longer for what is remembered of him. */
const MEMORY_MS = 1_000;

/** The languages that callers choose (语种): skills of agents, and folders of prompts. */
export class CallerLanguages {
  readonly #parts: CallerLanguagesParts;

  constructor(parts: CallerLanguagesParts) {
    this.#parts = parts;
  }

  /** Prompts are spoken in the language from now on, queues ask for it; `remember`: also in his next calls. */
  async speak(call: Call, name: string, remember: boolean): Promise<void> {
    const { tenantId, caller } = call.arrival;
    const skill = this.#parts.provisioning.snapshot.get('skill', tenantId, name);
    if (!skill) {
      call.note('step', { step: `language ${name}`, why: 'there is no such skill any more' });
      return;
    }
    const { language } = skill;
    speak(call, skill, language === undefined ? 'it has no prompts of its own' : `prompts: ${language}`);
    const { callers } = this.#parts;
    if (!remember || !callers || caller === '') return;
    callers.keepLanguage(tenantId, caller, name).catch((error: unknown) => {
      call.log.warn({ error: asError(error).message }, 'the language of a caller could not be kept');
    });
  }

  /** He is asked again, in this call and the next ones. Until then he hears what he has chosen. */
  async forget(call: Call): Promise<void> {
    const { tenantId, caller } = call.arrival;
    const { callers, clock } = this.#parts;
    call.note('step', { step: 'language → forgotten', why: 'the caller chooses anew' });
    if (!callers || caller === '') return;
    try {
      await withDeadline(clock, MEMORY_MS, 'language of a caller', callers.forgetLanguage(tenantId, caller));
    } catch (error) {
      call.log.warn({ error: asError(error).message }, 'the language of a caller could not be forgotten');
    }
  }

  /** The skill that he chose last, should it be there still; undefined also when the store is slow: he is asked then. */
  async before(call: Call): Promise<string | undefined> {
    const { callers, clock, provisioning } = this.#parts;
    const { tenantId, caller } = call.arrival;
    if (!callers || caller === '') return undefined;
    try {
      const asked = callers.languageOf(tenantId, caller);
      const skill = await withDeadline(clock, MEMORY_MS, 'language of a caller', asked);
      return skill !== undefined && provisioning.snapshot.get('skill', tenantId, skill) ? skill : undefined;
    } catch (error) {
      call.log.warn({ error: asError(error).message }, 'the language of a caller is not known');
      return undefined;
    }
  }
}
