import { agentField } from '../act/fields.ts';
import { supervised } from '../supervised.ts';
import { supervisorAct } from './supervisor-act.ts';

export const endWrapUpOf = supervisorAct({
  title: { en: "end an agent's wrap-up", zh: '结束坐席整理' },
  args: { agent: agentField },
  do: (by, { agent }) => {
    const { parts, tenant, id } = supervised(by, agent);
    parts.acd.endWrapUp(tenant, id, by.id);
    return { agent };
  },
});
