import { describe, expect, it } from 'vitest';
import { PROVINCES, REGIONS, shortPlace, splitPlace } from '../../../src/numbering/area.ts';
import { loadAreaTable } from '../../../src/numbering/area-source.ts';

describe('names of places', () => {
  it.each([
    ['广东省深圳市', '广东', '深圳'],
    ['北京市', '北京', ''],
    ['内蒙古呼和浩特市', '内蒙古', '呼和浩特'],
    ['新疆维吾尔自治区伊犁哈萨克自治州', '新疆', '伊犁'],
    ['吉林省延边朝鲜族自治州、珲春市、延吉市', '吉林', '延边'],
    ['云南省红河哈尼族彝族自治州', '云南', '红河'],
    ['深圳市', '', '深圳'],
  ])('%s', (name, province, city) => {
    expect(splitPlace(name)).toEqual({ province, city });
    expect(shortPlace(name)).toBe(province + city);
  });
});

describe('regions', () => {
  it('hold each province once', () => {
    expect(Object.values(REGIONS).flat().toSorted()).toEqual(PROVINCES.toSorted());
  });

  it('are places', () => {
    const table = loadAreaTable();
    for (const region of Object.keys(REGIONS)) {
      expect([table.isPlace(region), table.isPlace(`${region}地区`), table.places.has(region)]).toEqual([
        true,
        true,
        true,
      ]);
    }
    expect([table.isPlace('中南'), table.isPlace('广东华南')]).toEqual([false, false]);
  });
});

describe('the table of libphonenumber', () => {
  const table = loadAreaTable();

  it.each([
    ['075523456789', '广东深圳', undefined, '0755'],
    ['01062345678', '北京', undefined, '010'],
    ['02112345678', '上海', undefined, '021'],
    ['13800138000', '北京', '移动', '010'],
    ['13412345678', '广东东莞', '移动', '0769'],
    ['18612345678', '北京', '联通', '010'],
    ['19212345678', '未知', '广电', ''],
    ['03492123456', '山西朔州', undefined, '0349'],
    ['07016123456', '江西鹰潭', undefined, '0701'],
    ['+85212345678', '境外', undefined, ''],
    ['', '未知', undefined, ''],
    ['95598', '未知', undefined, ''],
    ['8001', '未知', undefined, ''],
  ])('%s', (number, name, carrier, code) => {
    expect(table.areaOf(number)).toMatchObject({ name, code });
    expect(table.carrierOf(number)).toBe(carrier);
  });

  it('is small', () => {
    expect(table.segments).toBeGreaterThan(300_000);
    expect(table.bytes).toBeLessThan(4_000_000);
  });
});
