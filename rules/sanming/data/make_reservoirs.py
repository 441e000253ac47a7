"""Makes up the batch of 41 medium reservoirs in 12 counties: python3 make_reservoirs.py > reservoirs.ndjson

No figure is real. Most plans are in order; some have one fault each, so that every route is taken.
"""

import json

COUNTIES = "350402 350403 350421 350423 350424 350425 350426 350427 350428 350429 350430 350481".split()
EXPERTS = [{"姓名": f"专家{n}", "单位": f"院{n}"} for n in range(1, 6)]
DOCUMENTS = ("plan", "emergency", "drawings", "safety", "prior", "statement")

# By number: what is different from a plan in order.
FAULTS = {
    4: {"专家意见": [{"级别": "text", "未销号": True}]},
    9: {"最近演练日期": "2018-11-20"},
    13: {"汛限水位": 206.0, "正常蓄水位": 205.0},
    17: {"有转移方案": False},
    21: {"报审材料": [{"材料": code, "有": code != "safety"} for code in DOCUMENTS]},
    26: {"安全类别": "3"},
    30: {"专家": EXPERTS[:4] + [{"姓名": "专家6", "单位": "设计院30"}]},
    34: {"专家意见": [{"级别": "minor", "未销号": True}]},
    38: {"梯级联合下泄": 900.0},
}


def reservoir(number: int) -> dict[str, object]:
    base = 150 + 7 * number % 90
    made = {
        "水库编号": f"SM{number:02}",
        "水库名称": f"样例水库{number}",
        "所在县": COUNTIES[number % len(COUNTIES)],
        "性质": "power" if number % 3 == 0 else "public",
        "梯级河流": "样例溪" if number in (36, 37, 38) else None,
        "总库容": 1000 + 211 * number,
        "死水位": base,
        "汛限水位": base + 20.5,
        "正常蓄水位": base + 25,
        "设计洪水位": base + 26.5,
        "校核洪水位": base + 28,
        "坝顶高程": base + 29.3,
        "汛限分期": [
            {"起": "2020-04-15", "止": "2020-06-30", "水位": base + 20.5},
            {"起": "2020-07-01", "止": "2020-10-15", "水位": base + 22},
        ],
        "上年汛限水位": base + 20.5,
        "已说明调整理由": False,
        "防洪高水位库容": 900 + 150 * number,
        "汛限水位库容": 700 + 120 * number,
        "防洪库容": 200 + 30 * number,
        "标准内最大下泄": 300 + 10 * number,
        "下游安全泄量": 400 + 10 * number,
        "梯级联合下泄": 800.0,
        "安全类别": "2" if number % 4 else "1",
        "下次鉴定期限": f"{2021 + number % 5}-12-31",
        "已降低汛限": False,
        "报审材料": [{"材料": code, "有": True} for code in DOCUMENTS],
        "方案年度": 2020,
        "编制单位": f"设计院{number}",
        "有服从调度条款": True,
        "有转移方案": True,
        "有物资清单": True,
        "有联系名单": True,
        "最近演练日期": "2019-06-18",
        "有工信或电网意见": True,
        "专家": EXPERTS,
        "水库负责人到会": True,
        "编制单位到会": True,
        "县水利局到会": True,
        "专家意见": [],
        "纪要已签存": True,
        "受理日期": "2020-03-18",
        "办结日期": "2020-03-26",
    }
    return {**made, **FAULTS.get(number, {})}


if __name__ == "__main__":
    for number in range(1, 42):
        print(json.dumps(reservoir(number), ensure_ascii=False))
