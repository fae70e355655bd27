/** Agents who ask for help (求助), for the API. */
import type { Desk } from './desk/desk.ts';
import type { HelpAsk } from './desk/help-asks.ts';
import type { HelpBoard, HelpRow } from './http/routes/help-asks.ts';
import type { Provisioned } from './provisioning/provisioning.ts';
import { maskedNumber, type ShowNumber, textShown, wholeNumber } from './shared/masked-number.ts';

export interface HelpBoardParts {
  readonly desk: Pick<Desk, 'asksForHelp'>;
  readonly provisioning: Provisioned;
}

const iso = (at: number) => new Date(at).toISOString();

export function helpBoard({ desk, provisioning }: HelpBoardParts): HelpBoard {
  return {
    asks: (scope) => {
      const show = scope.seesNumbers ? wholeNumber : maskedNumber;
      return desk
        .asksForHelp()
        .filter(({ tenant, agent }) => scope.includes(tenant) && scope.includesAgent(tenant, agent))
        .map((ask) => {
          const { tenant, agent, queue } = ask;
          const { snapshot } = provisioning;
          const title = queue === undefined ? undefined : snapshot.get('queue', tenant, queue)?.title;
          return {
            ...{ tenant, agent, name: snapshot.get('agent', tenant, agent)?.name ?? '' },
            queue: queue === undefined ? null : { name: queue, title: title ?? queue },
            ...helpShown(ask, show),
          };
        });
    },
  };
}

/** What is shown of an ask beside whose it is. */
export function helpShown(
  { id, at, text, callId, helpers, answers }: HelpAsk,
  show: ShowNumber,
): Omit<HelpRow, 'tenant' | 'agent' | 'name' | 'queue'> {
  return {
    ...{ help: id, at: iso(at), text: textShown(text, show), callId: callId ?? null },
    helpers: helpers.map((helper) => ({ ...helper, at: iso(helper.at) })),
    answers: answers.map((answer) => ({
      ...answer,
      at: iso(answer.at),
      text: textShown(answer.text, show),
    })),
  };
}
