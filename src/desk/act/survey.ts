import Type from 'typebox';
import type { AtDesk } from '../at-desk.ts';
import { DeskError } from '../desk-error.ts';
import { agentAct } from './agent-act.ts';

/** The caller is asked for a score and his call ends with that; the agent leaves. The survey of the caller's queue by default. */
export const survey = agentAct({
  title: { en: 'send to the survey', zh: '送评价' },
  of: 'talk',
  args: {
    survey: Type.Optional(
      Type.String({ maxLength: 64, description: "by default that of the caller's queue" }),
    ),
  },
  do: (at, args) => {
    const name = args.survey ?? surveyOf(at);
    if (name === undefined)
      throw new DeskError('not-found', 'the queue of this caller has no survey: name one');
    if (!at.parts.provisioning.snapshot.get('survey', at.tenant, name))
      throw new DeskError('not-found', `${at.tenant} has no survey ${name}`);
    const talk = at.partnerIn('join');
    talk.call.note('step', { step: `survey ${name}`, why: `${at.id} sends the caller to it` });
    talk.goInside(() => at.parts.survey(talk.call, name));
  },
});

/** That of the queue whose caller he serves. */
function surveyOf({ parts: { acd, provisioning }, tenant, id }: AtDesk): string | undefined {
  const queue = acd.agent(tenant, id)?.queue;
  return queue === undefined ? undefined : provisioning.snapshot.get('queue', tenant, queue)?.survey;
}
