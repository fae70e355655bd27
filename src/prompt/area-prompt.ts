/** Provinces as the area tables name them, and as the files of their prompts do. */
const FILE_OF: Readonly<Record<string, string>> = {
  北京: 'beijing',
  天津: 'tianjin',
  上海: 'shanghai',
  重庆: 'chongqing',
  河北: 'hebei',
  山西: 'shanxi',
  内蒙古: 'inner-mongolia',
  辽宁: 'liaoning',
  吉林: 'jilin',
  黑龙江: 'heilongjiang',
  江苏: 'jiangsu',
  浙江: 'zhejiang',
  安徽: 'anhui',
  福建: 'fujian',
  江西: 'jiangxi',
  山东: 'shandong',
  河南: 'henan',
  湖北: 'hubei',
  湖南: 'hunan',
  广东: 'guangdong',
  广西: 'guangxi',
  海南: 'hainan',
  四川: 'sichuan',
  贵州: 'guizhou',
  云南: 'yunnan',
  西藏: 'tibet',
  陕西: 'shaanxi',
  甘肃: 'gansu',
  青海: 'qinghai',
  宁夏: 'ningxia',
  新疆: 'xinjiang',
  香港: 'hong-kong',
  澳门: 'macau',
  台湾: 'taiwan',
};

/** Where a number is at home, as far as it can be said. */
export interface SpokenArea {
  readonly kind: 'known' | 'unknown' | 'international';
  /** `广东`. */
  readonly province: string;
}

/** The prompt that says where a number is at home (归属地): the province. Undefined: nobody knows. */
export function areaPrompt({ kind, province }: SpokenArea): string | undefined {
  if (kind === 'international') return 'area-abroad';
  const file = FILE_OF[province];
  return file && `area-${file}`;
}
