import { words } from '../../i18n/words.ts';

export const faultWords = words(
  'fault',
  {
    report: '报障',
    title: '报告故障',
    intro:
      '会一并提交：通话编号、声音与网络指标、设备名称、本页最近 200 条事件。号码已遮蔽，不含密码和您写的备注。',
    text: '发生了什么（可不填），例如：对方听不到我的声音',
    send: '提交故障报告',
    sent: '故障报告已提交，编号 {{id}}',
  },
  {
    report: 'Report a fault',
    title: 'Report a fault',
    intro:
      'Sent with it: the call’s id, figures of sound and network, names of devices, the last 200 events of this page. Numbers are masked; no passwords, nothing that you wrote.',
    text: 'What happened, if you like: they do not hear me',
    send: 'Send the report',
    sent: 'The report was sent: {{id}}',
  },
);
