import { words } from '../i18n/words.ts';

export const embedWords = words(
  'embed',
  {
    waiting: '等待页面登录话务条',
    refused: '话务条未能登录，请刷新页面重试',
    over: '话务条的登录已失效，请刷新页面',
    alone: '此页面只能嵌入获准的系统中使用',
    noAgent: '该账号不是坐席，没有话务条',
  },
  {
    waiting: 'Waiting for the page to open the phone bar',
    refused: 'The phone bar could not be opened: reload the page',
    over: 'The phone bar has been closed: reload the page',
    alone: 'This page works within systems that may frame it',
    noAgent: 'Who is signed in is no agent and has no phone bar',
  },
);
