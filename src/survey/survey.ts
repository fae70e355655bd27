import type { Call } from '../call/call.ts';
import { gather, play } from '../call/gather.ts';
import type { PlayItem } from '../media/media.ts';
import type { Speech } from '../prompt/prompt.ts';
import type { Provisioned } from '../provisioning/provisioning.ts';

export interface SurveyParts {
  readonly provisioning: Provisioned;
  readonly promptItems: (tenant: string, prompts: readonly string[], speech?: Speech) => readonly PlayItem[];
}

/** The question is repeated so often after a wrong or missing key. */
const ATTEMPTS = 2;

/** Asks for a satisfaction score (满意度评价) after the talk. */
export class Survey {
  readonly #parts: SurveyParts;

  constructor(parts: SurveyParts) {
    this.#parts = parts;
  }

  /** The key that was pressed; undefined when none of the survey's keys was. Rejects when the call ends. */
  async ask(call: Call, surveyName: string): Promise<{ digit: string | undefined }> {
    const { tenantId } = call.arrival;
    const survey = this.#parts.provisioning.snapshot.get('survey', tenantId, surveyName);
    if (!survey) {
      call.note('step', { step: `survey ${surveyName}`, why: 'there is no such survey any more' });
      return { digit: undefined };
    }
    call.segment('survey', survey.name);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { digits } = await gather(call, call.caller, {
        items: this.#parts.promptItems(tenantId, [survey.prompt], call.speech),
        min: 1,
        max: 1,
        timeoutMs: survey.timeoutMs,
        interDigitMs: survey.timeoutMs,
        terminator: undefined,
      });
      if (!survey.keys.includes(digits)) continue;
      call.note('surveyed', { survey: survey.name, digit: digits, rating: survey.ratings?.[digits] });
      if (survey.thanks)
        await play(call, call.caller, this.#parts.promptItems(tenantId, [survey.thanks], call.speech));
      return { digit: digits };
    }
    call.note('step', { step: `survey ${survey.name}`, why: 'no valid key was pressed' });
    return { digit: undefined };
  }
}
