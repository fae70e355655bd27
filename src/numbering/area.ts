/** Names of places in China as the tables spell them, and the short form that dialplans use. */

/** Where a number is at home. */
export interface Area {
  /** `广东深圳`, `北京`, `境外` or `未知`. */
  readonly name: string;
  readonly kind: 'known' | 'unknown' | 'international';
  /** Without 省, 市 or 自治区: `广东`. */
  readonly province: string;
  /** Great region (大区) of the province: `华南`. */
  readonly region: string;
  /** Without 市, 地区 or 盟: `深圳`; that of the province for the four municipalities. */
  readonly city: string;
  /** With the leading 0: `0755`; '' when the table does not tell. */
  readonly code: string;
}

const NOWHERE = { province: '', region: '', city: '', code: '' } as const;

export const UNKNOWN_AREA: Area = { name: '未知', kind: 'unknown', ...NOWHERE };
export const INTERNATIONAL_AREA: Area = { name: '境外', kind: 'international', ...NOWHERE };

export const PROVINCES: readonly string[] = (
  '北京 天津 上海 重庆 河北 山西 内蒙古 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 ' +
  '四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾'
).split(' ');

/** The seven great regions (大区) and their provinces, in the usual grouping. */
export const REGIONS: Readonly<Record<string, readonly string[]>> = {
  华北: ['北京', '天津', '河北', '山西', '内蒙古'],
  东北: ['辽宁', '吉林', '黑龙江'],
  华东: ['上海', '江苏', '浙江', '安徽', '福建', '江西', '山东', '台湾'],
  华中: ['河南', '湖北', '湖南'],
  华南: ['广东', '广西', '海南', '香港', '澳门'],
  西南: ['重庆', '四川', '贵州', '云南', '西藏'],
  西北: ['陕西', '甘肃', '青海', '宁夏', '新疆'],
};

const REGION_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(REGIONS).flatMap(([region, provinces]) => provinces.map((each) => [each, region] as const)),
);

const PROVINCE_SUFFIX = /^(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)/;
const CITY_SUFFIX = /(市|地区|盟)$/;
const NATIONALITIES =
  '蒙古族 回族 藏族 羌族 彝族 苗族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克 哈萨克族 傣族 黎族 傈僳族 景颇族 柯尔克孜 蒙古';
const PREFECTURE = new RegExp(`(${NATIONALITIES.split(' ').join('|')})+自治州$`);

/** The short name of a place: `广东省` -> `广东`, `广东省深圳市` -> `广东深圳`, `深圳市` -> `深圳`. */
export function shortPlace(name: string): string {
  const { province, city } = splitPlace(name);
  return city === province ? province : province + city;
}

/** Province and city of a place, '' for what it does not name. */
export function splitPlace(name: string): { province: string; city: string } {
  const province = PROVINCES.find((each) => name.startsWith(each)) ?? '';
  const rest = province ? name.slice(province.length).replace(PROVINCE_SUFFIX, '') : name;
  // Area codes that serve several cities list them; the first is the seat.
  const first = rest.split('、', 1)[0]!;
  const city = first.replace(PREFECTURE, '').replace(CITY_SUFFIX, '');
  return { province, city };
}

/** An area of the tables. Municipalities are their own city. */
export function makeArea(province: string, city: string, code: string): Area {
  const own = city === '' || city === province;
  return {
    name: own ? province : province + city,
    kind: province === '' ? 'unknown' : 'known',
    province,
    region: REGION_OF.get(province) ?? '',
    city: own ? province : city,
    code,
  };
}

/** A place as it is compared: an area code as it is, a name in its short form. */
export function placeKey(name: string): string {
  return /^\d/.test(name) ? name : shortPlace(name);
}

/** The names that an area answers to, the narrowest first: `广东深圳`, `深圳`, `0755`, `广东`, `华南`. */
export function placesOf({ name, city, code, province, region }: Area): readonly string[] {
  return [name, city, code, province, region];
}
