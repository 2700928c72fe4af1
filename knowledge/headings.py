"""What people call the columns of an imported file, and what the columns hold."""

from collections.abc import Mapping

from knowledge.cleaning import Sort

HEADINGS: Mapping[str, str] = {
    "代码": "code",
    "部门编码": "code",
    "区划代码": "code",
    "上级代码": "parent",
    "级别": "level",
    "名称": "name",
    "部门名称": "name",
    "中文名称": "name_zh",
    "藏文名称": "name_bo",
    "简称": "short_name",
    "别名": "aliases",
    "属地代码": "district_code",
    "类别": "kind",
    "是否接单": "accepts",
    "事项编码": "matter_code",
    "承办单位编码": "department_code",
    "依据": "legal_basis",
    "生效日期": "valid_from",
    "失效日期": "valid_to",
    "来源": "source",
    "联络处": "contact",
    "联系电话": "telephone",
    "热线号码": "number",
    "热线名称": "name",
    "归并方式": "mode",
    "并入号码": "aliases",
    "服务时间": "hours",
    "转接去向": "answered_by",
    "值班岗位": "role",
    "值班开始": "starts_at",
    "值班结束": "ends_at",
    "值班人员": "person",
    "值班电话": "phone",
    "备注": "note",
    "工单编号": "ticket",
    "裁定依据": "basis",
    "裁定日期": "decided_on",
}
SORTS: Mapping[str, Sort] = {
    "code": Sort.CODE,
    "parent": Sort.CODE,
    "district_code": Sort.DIGITS,
    "department_code": Sort.CODE,
    "matter_code": Sort.DIGITS,
    "valid_from": Sort.DAY,
    "valid_to": Sort.DAY,
    "telephone": Sort.PHONES,
    "number": Sort.DIGITS,
}
# Where a kind's columns hold something else than columns of that name do elsewhere.
SORTS_OF: Mapping[str, Mapping[str, Sort]] = {
    "districts": {"code": Sort.DIGITS, "parent": Sort.DIGITS, "aliases": Sort.LIST},
    "departments": {"aliases": Sort.LIST},
    "hotlines": {"aliases": Sort.PHONES},
    "rosters": {
        "starts_at": Sort.MOMENT,
        "ends_at": Sort.MOMENT,
        "phone": Sort.PHONES,
    },
    "precedents": {"decided_on": Sort.DAY, "ticket": Sort.CODE},
    "articles": {
        "code": Sort.CODE,
        "department": Sort.CODE,
        "district": Sort.DIGITS,
        **dict.fromkeys(("say", "send", "say_bo", "send_bo"), Sort.TEXT),
        "variants": Sort.LIST,
        "matters": Sort.LIST,
        "missing": Sort.LIST,
        "review_by": Sort.DAY,
    },
}
