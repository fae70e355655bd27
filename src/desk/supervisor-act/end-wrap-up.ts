import { supervised } from '../supervised.ts';
import type { SupervisorAct } from './supervisor-act.ts';

export const endWrapUpOf: SupervisorAct<{ readonly agent: string }> = {
  title: { en: "end an agent's wrap-up", zh: '结束坐席整理' },
  do: (by, { agent }) => {
    const { parts, tenant, id } = supervised(by, agent);
    parts.acd.endWrapUp(tenant, id, by.id);
    return { agent };
  },
};
