/** Operators (运营商) as people call them; virtual, IoT and satellite ones have names of their own. */
export const CARRIERS = [
  '移动',
  '联通',
  '电信',
  '广电',
  '移动虚拟',
  '联通虚拟',
  '电信虚拟',
  '广电虚拟',
  '移动物联网',
  '联通物联网',
  '电信物联网',
  '广电物联网',
  '虚拟',
  '物联网',
  '卫星',
] as const;
export type Carrier = (typeof CARRIERS)[number];

/** Who issued a number, of what tables write: `移动`, `中国联通`, `联通/虚拟`, `电信虚拟运营商`, `应急通信/卫星`. */
export function carrierNamed(text: string): Carrier | undefined {
  if (text.includes('卫星')) return '卫星';
  const kind = text.includes('虚拟') ? '虚拟' : text.includes('物联') ? '物联网' : '';
  const network = ['移动', '联通', '电信', '广电'].find((each) => text.includes(each)) ?? '';
  const name = network + kind;
  return CARRIERS.find((each) => each === name);
}

/** `虚拟` of `联通虚拟`, `物联网` of `移动物联网`; undefined for the operators of networks. */
export function carrierClass(carrier: Carrier): Carrier | undefined {
  return (['虚拟', '物联网', '卫星'] as const).find((each) => carrier.endsWith(each));
}
