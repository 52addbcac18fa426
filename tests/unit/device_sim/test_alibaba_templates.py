"""Templates of the simulated Alibaba Cloud: what a reviewer refuses, what variables may carry."""

import json

import pytest

from device_sim.carrier.alibaba.errors import BusinessError
from device_sim.carrier.alibaba.templates.review import rejection
from device_sim.carrier.alibaba.templates.text import sms_text, spoken_text

CONTENT = "${name}家有${kind}报警，回复1接单。"


def refusal_of(content: str, **values: object) -> str:
    with pytest.raises(BusinessError) as caught:
        sms_text(content, json.dumps(values))
    return caught.value.code


@pytest.mark.parametrize(
    "content",
    [
        CONTENT,
        "您好，编号${code}",
        "报警已结束。",
        "${name}家${kind}",
        "详情见 https://anxin.example.cn/code 编号${code}。",
    ],
)
def test_a_reviewer_lets_a_plain_template_pass(content: str) -> None:
    assert rejection(content) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("${name}${kind}报警", "相邻"),
        ("${name} ${kind}报警", "相邻"),
        ("${name}，${kind}报警", "相邻"),
        ("报警：${a}家${b}、${c}", "相邻"),
        ("${content}", "全变量"),
        ("${name}，${content}！", "全变量"),
        ("您好${1a}。", "变量名称"),
        ("您好${姓名}。", "变量名称"),
        ("您好${mobile}。", "变量名称"),
        ("您好${}。", "变量名称"),
        ("打开 https://anxin.example/${code} 查看", "链接"),
        ("打开 anxin.cn/${code} 查看", "链接"),
        ("【安心】您好", "【】"),
        ("", "字符"),
        ("好" * 501, "字符"),
    ],
)
def test_a_reviewer_refuses(content: str, why: str) -> None:
    assert why in (rejection(content) or "")


def test_a_template_is_filled_and_what_it_does_not_know_left_out() -> None:
    given = json.dumps({"name": "王", "kind": "烟雾", "more": "x"})
    assert sms_text(CONTENT, given) == "王家有烟雾报警，回复1接单。"
    assert sms_text("报警已结束。", None) == "报警已结束。"


@pytest.mark.parametrize("params", ["", "{}", '{"name": "王"}', '{"name": "王", "kind": ""}'])
def test_a_variable_without_a_value_is_refused(params: str) -> None:
    with pytest.raises(BusinessError, match="TEMPLATE_MISSING_PARAMETERS"):
        sms_text(CONTENT, params)


@pytest.mark.parametrize("params", ["{", "[]", '{"name": 1, "kind": "烟雾"}', "null"])
def test_variables_are_an_object_of_texts(params: str) -> None:
    with pytest.raises(BusinessError, match="INVALID_JSON_PARAM"):
        sms_text(CONTENT, params)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("好" * 36, "isv.PARAM_LENGTH_LIMIT"),
        ("https://a.b", "isv.PARAM_NOT_SUPPORT_URL"),
        ("见www.example", "isv.PARAM_NOT_SUPPORT_URL"),
        ("anxin.example.cn/7", "isv.PARAM_NOT_SUPPORT_URL"),
        ("13800000001", "isv.BLACK_KEY_CONTROL_LIMIT"),
        ("电话138 0000 0001", "isv.BLACK_KEY_CONTROL_LIMIT"),
        ("0571-12345678", "isv.BLACK_KEY_CONTROL_LIMIT"),
        ("400-123-4567", "isv.BLACK_KEY_CONTROL_LIMIT"),
        ("QQ 1234567", "isv.BLACK_KEY_CONTROL_LIMIT"),
        ("【王】", "isv.BLACK_KEY_CONTROL_LIMIT"),
    ],
)
def test_a_variable_carries_no_link_and_no_number_to_reach_somebody(value: str, code: str) -> None:
    assert refusal_of("${name}家有报警", name=value) == code


@pytest.mark.parametrize(
    "value", ["好" * 35, "4711", "123456", "11月21日 03:58", "3.5度", "A栋2-301"]
)
def test_a_variable_carries_names_codes_times_and_rooms(value: str) -> None:
    assert value in sms_text("${name}家有报警", json.dumps({"name": value}))


def test_a_spoken_variable_may_be_longer_and_hold_a_number() -> None:
    long = json.dumps({"name": "好" * 200, "kind": "13800000001"})
    assert "13800000001" in spoken_text(CONTENT, long)
    with pytest.raises(BusinessError, match="PARAM_LENGTH_LIMIT"):
        spoken_text(CONTENT, json.dumps({"name": "好" * 200, "kind": "好" * 50}))
