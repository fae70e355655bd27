/** What the keys of a queue mean: see describe.ts. */
import type { Described } from '../config/describe.ts';

export const QUEUE_KEYS: Readonly<Record<string, Described>> = {
  title: [
    "What agents' phones show of it, with hotline and number; without: its name",
    '坐席话机上与热线、号码一起显示的队列名称；不写则为队列名',
  ],
  alertInfo: [
    'Header Alert-Info of calls to agents: the ring tone, as the phones want it',
    '呼叫坐席时的 Alert-Info 头域（铃声），写法见话机说明',
  ],
  strategy: ['Who is rung first', '话务分配策略'],
  agents: ['Agents by work number, in order', '坐席工号，按顺序'],
  ring: ['One agent is rung so long', '单个坐席振铃时长'],
  maxWait: ['A caller waits so long at most', '最长等待时间'],
  maxCallers: ['Callers who may wait at once', '最多同时等待人数'],
  noAgents: [
    'While no agent is signed in: `refuse` lets nobody join, `leave` neither lets anybody wait, `join` lets callers wait for one',
    '无坐席签入时：`refuse` 不再接受排队，`leave` 同时让已排队者离开，`join` 允许继续排队等待',
  ],
  wrapUp: ['Time after a talk without new calls', '话后整理时间'],
  wrapUpExtensions: [
    'How often an agent may ask for more of one wrap-up; without: never',
    '坐席可延长话后整理的次数；不写则不可延长',
  ],
  music: ['Played while waiting', '等待音乐'],
  announceAgent: ["Say the agent's work number before the talk", '通话前播报工号'],
  record: ['Record the talk', '通话录音'],
  survey: ['Asked after the talk when the agent hangs up first', '坐席先挂机后的满意度评价'],
  'announce.position': [
    'Who waits is told his position, at joining and then every so often',
    '入队时及之后定时播报排队位置',
  ],
  'announce.wait': [
    'He is told the expected wait as well, as soon as three calls of the queue were handled',
    '同时播报预计等待时间（该队列处理过三通来电后开始）',
  ],
  'announce.prompts': [
    "Prompts of the company's own, one each time, in turn",
    '企业自己的提示音，每次播放一条，轮流播放',
  ],
  'announce.every': ['So often it is said again', '播报间隔'],
  recordingNotice: [
    'Says that the talk will be recorded, before the caller takes his place; without: that of the company',
    '录音告知：入队前播放的提示音；不写则用企业的',
  ],
  'callback.tries': ['Who was promised a call back is called so often at most', '预约回呼最多呼叫次数'],
  'callback.every': ['Time between two tries', '两次回呼的间隔'],
  'callback.within': ['Later he is not called any more', '超过此时间不再回呼'],
  'callback.hours.calendar': [
    'He is called only while this calendar is in one of the periods',
    '仅在此日历处于所列时段时回呼',
  ],
  'callback.hours.periods': ['Its periods', '日历的时段'],
  keepPlace: [
    'Who is cut off while he waits and calls again within this time stands where he stood; without: 2 minutes; 0s: never',
    '排队中掉线后，在此时间内再次来电者恢复原排队位置；不写则为 2 分钟，0s 为不保留',
  ],
  'offer.after': [
    'Who has waited so long is offered keys; and again after the same time',
    '等待多久后提示可按的键，之后每隔同样时间再次提示',
  ],
  'offer.keepWaiting': ['Key to keep waiting', '继续等待的按键'],
  'offer.callback': [
    'Key to be called back when it would be his turn',
    '预约回呼的按键：保留排队位置，轮到时由系统回拨',
  ],
  'offer.voicemail.key': ['Key to leave a message', '转语音留言的按键'],
  'offer.voicemail.mailbox': ['Where the message is left', '留言进入的语音信箱'],
  'offer.prompt': ['Says all of it; without: each key is named', '自录的整段提示音；不写则逐项播报各按键'],
  'offer.ifSilent': [
    'Who presses nothing waits on, or leaves as one who has waited too long',
    '不按键者：继续等待，或按超时离开队列',
  ],
  skills: ['What its callers need of an agent', '来电要求坐席具备的技能'],
  'skills[].skill': ['A skill', '技能名'],
  'skills[].level': ['At least to this level', '最低等级'],
  'skills[].relaxAfter': [
    'Until a caller has waited so long; without: as the skill has it',
    '等待超过此时长后不再要求；不写则按技能设置',
  ],
  disposition: [
    'What the agent chooses from after the talk; other codes are refused then',
    '话后小结的选项，此时不接受其他代码',
  ],
  dispositionRequired: [
    'The agent has to choose one before his wrap-up ends; when its time is over without, that is an alarm, and the record says `(missing)`',
    '坐席须先填写话后小结才能结束整理；整理时间到仍未填写则告警，话单记为 `(missing)`',
  ],
  script: ['What the agent says, for programs that show it to him', '话术，供显示给坐席的程序使用'],
  owners: [
    'List whose `owners` say which agent each caller has, for `owner` and `custom`; what the flow says comes first',
    '名单名：其 `owners` 写明每个主叫的专属坐席，用于 `owner`、`custom`；流程指定的优先',
  ],
  fallback: [
    'Strategy where `last-agent` and `owner` know nobody who is free',
    '`last-agent`、`owner` 找不到空闲坐席时改用的策略',
  ],
  lastAgentWithin: [
    '`last-agent`: the agent who talked with the caller within this time comes first',
    '`last-agent` 回头客：在此时间内与主叫通过话的坐席优先',
  ],
  ringNext: [
    '`ring-progressively`: the next agent is rung as well after so long',
    '`ring-progressively`：每隔多久再加振一名坐席',
  ],
  order: [
    '`custom`: name of the function in the folder of hotlines (`agentOrder`)',
    '`custom`：热线目录中用 `agentOrder` 定义的函数名',
  ],
  tiers: ['Groups of agents that help in time', '逐级加入接听的坐席组'],
  'tiers[].after': [
    'When somebody has waited so long, more agents help',
    '有人等待超过此时长后，下一组坐席加入接听',
  ],
  'tiers[].agents': ['Those agents', '该组坐席工号'],
  restAfterRefusal: ['Who has refused a call is not rung before', '坐席拒接后，多久之内不再振铃'],
  restAfterNoAnswer: ['Who did not answer a call is not rung before', '坐席未接后，多久之内不再振铃'],
  busyAfterMisses: [
    'Who has missed so many calls in a row is busy until he says that he is ready; 0: never',
    '连续未接达到此次数的坐席自动示忙，直至本人示闲；0 表示不启用',
  ],
  hours: ['Callers may join in the period `open` of this calendar', '服务时间：此日历的 `open` 时段可排队'],
  priority: [
    'Its callers against those of other queues of the same agents; a level counts as five minutes of waiting',
    '与同一坐席所服务的其他队列相比的优先级，每级相当于多等 5 分钟',
  ],
  'peak.switch': ['Peak mode is on while this switch is', '高峰应急模式的开关名'],
  'peak.agents': ['Second line, who serve the queue too then', '高峰时加入接听的二线坐席'],
  'peak.wrapUp': ['Wrap-up time then', '高峰时的话后整理时间'],
  'peak.announcement': ['Said to callers when they join then', '高峰时排队前播放的提示音'],
  'peak.callback': ['Key to be called back, offered then in any case', '高峰时提供的预约回呼按键'],
  'announceToAgent.queue': [
    'Prompt that says which queue it is, to the agent who answers; the caller hears music meanwhile',
    '坐席应答后、通话前向其播报队列名称的提示音，客户此时听音乐',
  ],
  'announceToAgent.area': ['Say the province that the caller is from', '播报客户归属地（省份）'],
  'announceToAgent.waited': ['Say how long the caller has waited', '播报客户已等待的时间'],
  autoAnswer: [
    "Agents' phones are asked to answer by themselves; an agent may have it otherwise",
    '要求坐席话机自动应答，坐席可单独设置',
  ],
  talkAlarm: ['A talk that lasts longer is an alarm, and goes on', '通话超过此时长即告警，不挂断'],
  holdAlarm: ['A hold that lasts longer is an alarm, and goes on', '保持超过此时长即告警'],
  recordShare: [
    'So many of a hundred talks are recorded, by chance, where `record` is set; without: all',
    '`record` 开启时按此百分比随机抽录；不写则全部录音',
  ],
};
