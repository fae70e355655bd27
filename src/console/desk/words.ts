import { words } from '../i18n/words.ts';

/** Why something did not go, where the server says it by a number. */
export const refusalWords = words(
  'refusal',
  {
    busy: '对方正忙',
    absent: '对方无人接听',
    away: '对方话机不在线或号码不存在',
    declined: '对方已拒绝',
    unreached: '没有接通（SIP {{status}}）',
    network: '连不上服务器，操作没有执行。请检查网络后重试。',
    microphone: '浏览器没有麦克风权限，无法接听。请点击地址栏左侧的图标，允许使用麦克风后重试。',
    insecure: '本页不是安全连接（HTTPS），浏览器不提供麦克风。请用 https:// 地址打开，或联系管理员安装证书。',
    phone: '网页话机没有完成操作，请重试',
  },
  {
    busy: 'They are busy',
    absent: 'Nobody answered',
    away: 'The phone is offline, or there is no such number',
    declined: 'They declined',
    unreached: 'Not reached (SIP {{status}})',
    network: 'The server cannot be reached: nothing was done. Check the network and try again.',
    microphone:
      'The browser gives no microphone. Click the icon left of the address, allow the microphone, and try again.',
    insecure:
      'This page is not secure (HTTPS), so the browser gives no microphone. Open it by https://, or ask the administrator for the certificate.',
    phone: 'The phone in the page did not do it; try again',
  },
);

/** Keys of the phone in the page. */
export const keypadWords = words(
  'keypad',
  { keypad: '拨号盘', key: '按键 {{key}}' },
  { keypad: 'Keypad', key: 'Key {{key}}' },
);
