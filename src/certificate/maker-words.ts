/** What `pbx400 certificate` says, in Chinese or English: what was made, and how the machines of agents come to trust it. */
import type { MadeCertificate } from './make-certificate.ts';

/** What became of a certificate: served by the PBX that runs, or from its next start on. */
export type Served = 'now' | 'next-start' | 'not-running';

export interface Door {
  readonly host: string;
  readonly port: number;
}

/** The paragraphs of what the command prints, each with its line ends. */
export interface MakerWords {
  made(made: MadeCertificate, certFile: string): string;
  served(served: Served, door: Door): string;
  otherFiles(configFile: string, certFile: string): string;
  trust(made: MadeCertificate, port: number): string;
  authorityKey(keyFile: string): string;
}

export const makerWords = (language: string): MakerWords => (/^zh/i.test(language) ? CHINESE : ENGLISH);

const hostsOf = ({ names }: MadeCertificate) => [...names.dns, ...names.ip].join(' ');
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const isHere = ({ host }: Door) => /^(127\.|::1$|localhost$)/.test(host);

/** The pages of the console as a browser's policy names them. */
function originOf({ names }: MadeCertificate, port: number): string {
  const host = names.dns.find((name) => name !== 'localhost' && !name.startsWith('*')) ?? names.ip[0]!;
  return `https://${host.includes(':') ? `[${host}]` : host}${port === 443 ? '' : `:${port}`}`;
}

const chromePolicy = (origin: string) =>
  `      { "AudioCaptureAllowedUrls": ["${origin}"], "CACertificates": ["BASE64"] }`;
const firefoxPolicy = (file: string) =>
  `      { "policies": { "Certificates": { "Install": ["${file}"] } } }`;
const BASE64 = "grep -v -- ----- ca.crt | tr -d '\\n'";

const ENGLISH: MakerWords = {
  made: (made, certFile) =>
    `certificate  ${certFile}\nfor          ${hostsOf(made)}\nuntil        ${day(made.endsAt)}; the log and /api/v1/health warn 30 days before: run the same command again\n`,
  served: (served, door) =>
    ({
      now: 'served       from now on; calls and connections that are open stay\n',
      'next-start':
        'served       by HTTPS and WSS from the next start on: the PBX that runs began without a certificate\n',
      'not-running': 'served       by HTTPS and WSS when pbx400 starts\n',
    })[served] +
    (isHere(door)
      ? `note         HTTP listens on ${door.host}, this machine only: others reach it with http: { host: 0.0.0.0 }\n`
      : ''),
  otherFiles: (configFile, certFile) =>
    `note         not served: tls in ${configFile} names ${certFile}; take tls out to have this one served\n`,
  trust: (made, port) => {
    const { certFile, fingerprint } = made.authority!;
    const origin = originOf(made, port);
    return `
Each machine of an agent must trust the authority once: ${certFile}
Copy that file there; it is no secret. Its SHA-256, to compare:
  ${fingerprint}

Windows (Chrome, Edge)   as administrator: certutil -addstore -f Root ca.crt
  all of a domain        Group Policy: Computer Configuration > Policies > Windows Settings > Security Settings >
                         Public Key Policies > Trusted Root Certification Authorities > Import
macOS (Chrome, Safari)   sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ca.crt
Debian, Ubuntu, UOS      sudo cp ca.crt /usr/local/share/ca-certificates/pbx400-ca.crt && sudo update-ca-certificates
RHEL, openEuler, Kylin   sudo cp ca.crt /etc/pki/ca-trust/source/anchors/pbx400-ca.crt && sudo update-ca-trust
  Chrome on Linux        looks in its own store: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n pbx400 -i ca.crt
Chrome, Edge by policy   /etc/opt/chrome/policies/managed/pbx400.json, or the same names under
                         HKLM\\Software\\Policies\\Google\\Chrome; the first gives the microphone without a question
${chromePolicy(origin)}
                         BASE64: ${BASE64}
Firefox by policy        /etc/firefox/policies/policies.json; Windows: distribution\\policies.json beside firefox.exe
${firefoxPolicy('/usr/local/share/ca-certificates/pbx400-ca.crt')}

Then: ${origin}
`;
  },
  authorityKey: (keyFile) =>
    `
The key of the authority is ${keyFile}: whoever has it can pretend to be this PBX.
It is needed to renew only. To keep it away from here, move it (with a copy of ca.crt) to a medium that is locked away,
and name its folder when you renew: pbx400 certificate --ca /media/usb
`,
};

const CHINESE: MakerWords = {
  made: (made, certFile) =>
    `证书    ${certFile}\n适用于  ${hostsOf(made)}\n有效至  ${day(made.endsAt)}；到期前 30 天日志与 /api/v1/health 会提醒，届时再运行一次本命令即可\n`,
  served: (served, door) =>
    ({
      now: '已生效  新连接即用新证书；进行中的通话和已有连接不受影响\n',
      'next-start': '未生效  正在运行的 PBX 启动时没有证书，重启后启用 HTTPS 与 WSS\n',
      'not-running': '未运行  pbx400 启动后即启用 HTTPS 与 WSS\n',
    })[served] +
    (isHere(door)
      ? `注意    HTTP 只监听本机 ${door.host}；要让其他电脑访问，请配置 http: { host: 0.0.0.0 }\n`
      : ''),
  otherFiles: (configFile, certFile) =>
    `注意    此证书未启用：${configFile} 的 tls 指定了 ${certFile}；去掉 tls 即可启用\n`,
  trust: (made, port) => {
    const { certFile, fingerprint } = made.authority!;
    const origin = originOf(made, port);
    return `
每台坐席电脑需信任一次企业 CA：${certFile}
把该文件复制过去即可，它不是机密。核对 SHA-256 指纹：
  ${fingerprint}

Windows（Chrome、Edge）    以管理员身份运行：certutil -addstore -f Root ca.crt
  整个域                   组策略：计算机配置 > 策略 > Windows 设置 > 安全设置 > 公钥策略 >
                           受信任的根证书颁发机构 > 导入
macOS（Chrome、Safari）    sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ca.crt
Debian、Ubuntu、统信 UOS   sudo cp ca.crt /usr/local/share/ca-certificates/pbx400-ca.crt && sudo update-ca-certificates
RHEL、openEuler、麒麟      sudo cp ca.crt /etc/pki/ca-trust/source/anchors/pbx400-ca.crt && sudo update-ca-trust
  Linux 上的 Chrome        使用自己的证书库：certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n pbx400 -i ca.crt
Chrome、Edge 企业策略      /etc/opt/chrome/policies/managed/pbx400.json，或注册表
                           HKLM\\Software\\Policies\\Google\\Chrome 下的同名项；第一项使麦克风无需询问
${chromePolicy(origin)}
                           BASE64：${BASE64}
Firefox 企业策略           /etc/firefox/policies/policies.json；Windows 为 firefox.exe 旁的 distribution\\policies.json
${firefoxPolicy('/usr/local/share/ca-certificates/pbx400-ca.crt')}

然后访问：${origin}
`;
  },
  authorityKey: (keyFile) =>
    `
CA 私钥为 ${keyFile}：持有者可以冒充本 PBX。
它只在续期时使用。要离线保管，请把它（连同 ca.crt 的副本）移到锁好的介质上，
续期时指明所在目录：pbx400 certificate --ca /media/usb
`,
};
