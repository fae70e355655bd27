import { describe, expect, it } from 'vitest';
import { shortPlace, splitPlace } from '../../../src/numbering/area.ts';
import { importSegments, loadAreaTable } from '../../../src/numbering/area-source.ts';
import { AreaTable } from '../../../src/numbering/area-table.ts';

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

describe('a segment table', () => {
  it('beats what is there, and names its version', () => {
    const table = new AreaTable('old');
    table.setSegments('138', { province: '北京', city: '北京', code: '010' }, '移动');
    const text =
      '# version 2026-07\nprefix,province,city,areaCode,operator\n1380013,广东省,深圳市,755,联通\n\n19200,上海,上海,021,广电\n';
    expect(importSegments(table, text)).toBe(2);
    expect(table.version).toBe('2026-07');
    expect(table.areaOf('13800138000')).toMatchObject({ name: '广东深圳', code: '0755' });
    expect(table.carrierOf('13800138000')).toBe('联通');
    expect(table.areaOf('13800148000').name).toBe('北京');
    expect(table.areaOf('19200991234').name).toBe('上海');
  });

  it.each([
    ['1380013,广东,深圳,0755,移动', 'no version', 1],
    ['# version 1\n1380013,Mars,x,0755,移动', 'no segment', 2],
    ['# version 1\n\n2380013,广东,深圳,0755,移动', 'no segment', 3],
    ['# version 1\n13800138,广东,深圳,0755,移动', 'no segment', 2],
  ])('refuses %j', (text, message, line) => {
    try {
      importSegments(new AreaTable('x'), text, 'my.csv');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        place: { file: 'my.csv', line },
        message: expect.stringContaining(message),
      });
    }
  });
});
