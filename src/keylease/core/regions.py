"""Regions are data: an id, the letters that ids made there carry, and a name in two languages."""

from dataclasses import dataclass

DEFAULT_REGION = "cn-hangzhou"


@dataclass(frozen=True, slots=True)
class Region:
    """A place that instances, keys and secrets live in."""

    id: str
    letters: str
    name_en: str
    name_zh: str


REGIONS = {
    region.id: region
    for region in (
        Region("cn-hangzhou", "hzz", "China (Hangzhou)", "华东1（杭州）"),
        Region("cn-shanghai", "shh", "China (Shanghai)", "华东2（上海）"),
        Region("cn-beijing", "bjj", "China (Beijing)", "华北2（北京）"),
        Region("cn-zhangjiakou", "zjj", "China (Zhangjiakou)", "华北3（张家口）"),
        Region("cn-shenzhen", "szz", "China (Shenzhen)", "华南1（深圳）"),
        Region("cn-guangzhou", "gzz", "China (Guangzhou)", "华南3（广州）"),
        Region("cn-chengdu", "cdd", "China (Chengdu)", "西南1（成都）"),
        Region("cn-hongkong", "hkk", "China (Hong Kong)", "中国香港"),
        Region("ap-southeast-1", "sgg", "Singapore", "新加坡"),
        Region("ap-southeast-3", "kll", "Malaysia (Kuala Lumpur)", "马来西亚（吉隆坡）"),
        Region("ap-southeast-5", "jkk", "Indonesia (Jakarta)", "印度尼西亚（雅加达）"),
        Region("ap-northeast-1", "tyy", "Japan (Tokyo)", "日本（东京）"),
        Region("eu-central-1", "frr", "Germany (Frankfurt)", "德国（法兰克福）"),
        Region("eu-west-1", "ldd", "UK (London)", "英国（伦敦）"),
        Region("us-east-1", "vaa", "US (Virginia)", "美国（弗吉尼亚）"),
        Region("us-west-1", "svv", "US (Silicon Valley)", "美国（硅谷）"),
    )
}
