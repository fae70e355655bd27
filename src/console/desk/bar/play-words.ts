import { words } from '../../i18n/words.ts';

/** Playing a prompt in a talk (点播语音). */
export const playWords = words(
  'play',
  {
    title: '点播语音',
    about: '播放时听的人听不到其他人说话，播完自动回到通话。',
    prompt: '语音',
    choose: '选择语音，可输入名称或内容查找',
    none: '公司还没有自己的提示音。管理员可在“管理 › 提示音”里添加。',
    toCustomer: '只放给客户',
    toAll: '双方都听',
    play: '播放',
    stop: '停止播放',
    close: '关闭',
  },
  {
    title: 'Play a prompt',
    about: 'Who hears it does not hear the others meanwhile; the talk goes on when it is over.',
    prompt: 'Prompt',
    choose: 'Choose one; type a part of its name or text',
    none: 'The company has no prompts of its own yet. Administrators add them under Administration › Prompt.',
    toCustomer: 'To the customer',
    toAll: 'To both',
    play: 'Play',
    stop: 'Stop',
    close: 'Close',
  },
);
