"""Who needs help is recognised in words that people use; who writes of other things is not."""

import pytest

from alerts.response.replies.cries import is_cry


@pytest.mark.parametrize(
    "text",
    [
        "救命",
        "救命！！我在家里摔倒了",
        "奶奶晕倒了，快来",
        "家里着火了",
        "妈妈没反应，怎么办",
        "胸口疼得厉害",
        "有很大的煤气味",
        "请叫救护车",
        "他喘不过气",
        "HELP",
        "Help me please",
        "my mother fell and can’t get up",
        "there is smoke in the kitchen",
        "CALL 120",
        "I think he had a heart attack",
        "ｈｅｌｐ",
        "she is not responding",
        "妈妈没呼吸了",
        "厨房冒烟",
        "dad fainted",
        "有小偷进来了",
        "我不想活了",
        "she isnt breathing",
        "妈妈快不行了",
        "心梗！",
        "胸口难受",
        "she passed out, no pulse",
        "求助",
        "谢谢，请快来，妈妈摔倒了",
        "救命，我在门口被打了",
        "奶奶暈倒了",
    ],
)
def test_a_cry_is_heard(text: str) -> None:
    assert is_cry(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "好的",
        "谁啊",
        "你们是谁",
        "wrong number",
        "who is this?",
        "please stop writing to me",
        "请问明天几点探访",
        "helpful, thanks",
        "谢谢你们，妈妈没有摔倒，虚惊一场",
        "Thanks for your help yesterday!",
        "报警解除了吗",
        "报警器没电了怎么办",
        "不紧急",
        "the smoke alarm needs a battery",
        "did she fall?",
        "> 【安心】王秀英家 紧急呼叫，摔倒\n好的",
        "自动回复：开车中，紧急请打电话",
        "firewood for sale",
        "余额不足请充值",
        "【广告】家电大促销" + "，全场五折" * 100 + "救命价",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    assert not is_cry(text)
