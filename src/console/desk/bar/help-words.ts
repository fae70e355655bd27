import { words } from '../../i18n/words.ts';

/** An agent who asks for help, and what his supervisors tell him. */
export const helpWords = words(
  'help-asks',
  {
    ask: '求助',
    asking: '求助中',
    title: '向班长求助',
    intro: '班长会立即看到，可以监听、密语或答复您。',
    words: '简短说明（可不填），例如：客户要求退款',
    send: '发出求助',
    change: '更改说明',
    withdraw: '撤回求助',
    since: '已求助',
    nobody: '暂时还没有班长处理',
    'came-listen': '班长 {{by}} 正在监听',
    'came-whisper': '班长 {{by}} 已接入密语',
    'came-barge': '班长 {{by}} 已强插通话',
    answered: '{{by}} 答复',
  },
  {
    ask: 'Help',
    asking: 'Help asked',
    title: 'Ask your supervisors for help',
    intro: 'They see it at once, and can listen, whisper or answer.',
    words: 'A few words, if you like: the caller wants a refund',
    send: 'Ask for help',
    change: 'Change the words',
    withdraw: 'Take it back',
    since: 'Asked for',
    nobody: 'Nobody has come yet',
    'came-listen': 'Supervisor {{by}} listens',
    'came-whisper': 'Supervisor {{by}} whispers to you',
    'came-barge': 'Supervisor {{by}} has joined the talk',
    answered: '{{by}} answers',
  },
);
