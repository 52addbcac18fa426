-- What an operator does with an alarm of a kind, line by line. Versions never change; an alarm goes
-- by the version that was in force when it was raised.
CREATE TABLE protocols (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL,
    version    integer NOT NULL CHECK (version >= 1),
    lines      jsonb NOT NULL,                   -- [{"code": "call_119", "zh": "…", "en": "…"}]
    review_by  date NOT NULL,                    -- somebody looks it over by then
    created_at timestamptz NOT NULL,
    created_by bigint REFERENCES users,          -- null: came with the product
    UNIQUE (kind, version)
);
CREATE TRIGGER protocols_never_change BEFORE UPDATE OR DELETE ON protocols
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting();

-- Half a year after they were written: every procedure is reviewed twice a year.
INSERT INTO protocols (kind, version, lines, review_by, created_at)
SELECT kind, 1, lines::jsonb, '2027-05-31', '2000-01-01T00:00:00Z' FROM (VALUES
('help_call', '[
  {"code": "call_home", "zh": "立即回拨住户，听环境声音，问是否受伤、能否动", "en": "Call the home at once; listen; ask whether they are hurt and can move"},
  {"code": "call_120", "zh": "胸痛、呼吸困难、意识不清、大出血或无人应答且有病史：拨打120", "en": "Chest pain, short of breath, confused, heavy bleeding, or no answer and known illness: call 120"},
  {"code": "tell_contact", "zh": "通知第一联系人，问谁有钥匙、谁能去", "en": "Reach the first contact: who has a key, who can go"},
  {"code": "send_responder", "zh": "无人应答或需要帮助：派最近的在岗人员上门", "en": "No answer or help needed: send the nearest responder on duty"},
  {"code": "stay_on_line", "zh": "保持通话或每5分钟回拨，直到有人到场", "en": "Stay on the line, or call back every 5 minutes until somebody is there"},
  {"code": "confirm_safe", "zh": "确认老人安全、结果告知家属后再结案", "en": "Close only when the person is safe and the family knows"}
]'),
('fall', '[
  {"code": "call_home", "zh": "立即回拨住户，请其不要自行起身", "en": "Call the home at once; ask them not to get up by themselves"},
  {"code": "ask_injury", "zh": "问头部、髋部、出血、是否服用抗凝药", "en": "Ask about head, hip, bleeding, blood thinners"},
  {"code": "call_120", "zh": "头部受伤、剧痛、无法移动或无人应答：拨打120", "en": "Head injury, strong pain, cannot move, or no answer: call 120"},
  {"code": "send_responder", "zh": "派最近的在岗人员，告知不要强行搀扶", "en": "Send the nearest responder; tell them not to pull the person up"},
  {"code": "tell_contact", "zh": "通知联系人", "en": "Tell the contacts"},
  {"code": "confirm_safe", "zh": "到场人员报告情况后再结案，记录跌倒原因", "en": "Close after the responder reports; record why they fell"}
]'),
('smoke', '[
  {"code": "call_119", "zh": "先拨119，报准地址、楼层、有老人独居", "en": "Call 119 first: exact address, floor, an old person lives there alone"},
  {"code": "call_home", "zh": "拨打住户：能走就立即离开、关门、不乘电梯", "en": "Call the home: leave at once if they can, close doors, no lift"},
  {"code": "stuck", "zh": "不能离开：关门堵缝、到窗边，把位置告诉119", "en": "Cannot leave: shut the door, seal it, go to a window; tell 119 where"},
  {"code": "send_responder", "zh": "派最近人员和物业到楼下，不得进入有烟房间", "en": "Send the nearest responder and the property staff to the entrance, not into smoke"},
  {"code": "tell_contact", "zh": "通知联系人和邻居", "en": "Tell contacts and neighbours"},
  {"code": "confirm_out", "zh": "消防确认火情排除、老人有去处后再结案", "en": "Close when the fire brigade says so and the person has somewhere to stay"}
]'),
('carbon_monoxide', '[
  {"code": "call_home", "zh": "拨打住户：开窗、立即到室外，不开关电器和明火", "en": "Call the home: open windows, go outside at once, touch no switch or flame"},
  {"code": "call_120", "zh": "头痛、恶心、乏力、意识不清或无人应答：拨打120并说明一氧化碳", "en": "Headache, nausea, weak, confused, or no answer: call 120 and say carbon monoxide"},
  {"code": "call_119", "zh": "无人应答或无法离开：拨打119破拆通风", "en": "No answer or cannot leave: call 119 to get in and air"},
  {"code": "send_responder", "zh": "派最近人员，进门先通风，人不舒服立即退出", "en": "Send the nearest responder: air first, get out when feeling unwell"},
  {"code": "tell_contact", "zh": "通知联系人", "en": "Tell the contacts"},
  {"code": "source_off", "zh": "燃气热水器、煤炉检查合格前不得使用，确认后结案", "en": "Heater or stove stays off until inspected; then close"}
]'),
('gas_leak', '[
  {"code": "call_home", "zh": "拨打住户：不开灯、不用电器、关总阀、开窗、到室外再通话", "en": "Call the home: no light, no switch, close the main valve, open windows, talk again outside"},
  {"code": "call_119", "zh": "气味浓、关不上阀门或无人应答：拨打119", "en": "Strong smell, valve cannot be closed, or no answer: call 119"},
  {"code": "call_gas_company", "zh": "通知燃气公司抢修", "en": "Call the gas company''s emergency service"},
  {"code": "send_responder", "zh": "派最近人员和物业，门外不按门铃、不打电话", "en": "Send the nearest responder and the property staff: no bell, no phone at the door"},
  {"code": "tell_contact", "zh": "通知联系人和上下邻居", "en": "Tell contacts and the neighbours above and below"},
  {"code": "confirm_repaired", "zh": "燃气公司确认修复后再结案", "en": "Close when the gas company confirms the repair"}
]'),
('inactivity', '[
  {"code": "check_away", "zh": "查看是否登记外出、网关是否在线", "en": "Look whether they are registered as away and the hub is online"},
  {"code": "call_home", "zh": "拨打住户，隔5分钟再拨一次", "en": "Call the home, and again after 5 minutes"},
  {"code": "tell_contact", "zh": "问联系人最后一次联系时间", "en": "Ask the contacts when they last heard from them"},
  {"code": "send_responder", "zh": "仍无消息：派人上门敲门", "en": "Still nothing: send somebody to knock"},
  {"code": "force_entry", "zh": "敲门无应答：经联系人同意开门，无钥匙请110、119协助", "en": "No answer at the door: open with a contact''s consent; without a key ask 110 or 119"},
  {"code": "confirm_safe", "zh": "见到本人后再结案", "en": "Close when the person has been seen"}
]'),
('bed_absence', '[
  {"code": "call_home", "zh": "拨打住户，问是否在卫生间、是否需要帮助", "en": "Call the home: in the bathroom? in need of help?"},
  {"code": "check_signs", "zh": "查看卫生间、门磁、活动是否有新信号", "en": "Look for new signs: bathroom, door, motion"},
  {"code": "tell_contact", "zh": "无人应答：通知同住或邻近联系人", "en": "No answer: tell a contact who lives there or nearby"},
  {"code": "send_responder", "zh": "派夜班人员上门", "en": "Send the night responder"},
  {"code": "confirm_safe", "zh": "确认回床或安全后结案", "en": "Close when back in bed or safe"}
]'),
('bathroom_long', '[
  {"code": "call_home", "zh": "先拨打住户，电话响久一些，让其有时间出来", "en": "Call the home first; let it ring long enough to come out"},
  {"code": "check_signs", "zh": "查看其他房间是否有新活动、是否漏水", "en": "Look for new motion elsewhere, or a water leak"},
  {"code": "tell_contact", "zh": "无人应答：通知联系人", "en": "No answer: tell the contacts"},
  {"code": "send_responder", "zh": "派最近人员上门，可能跌倒", "en": "Send the nearest responder: it may be a fall"},
  {"code": "call_120", "zh": "隔门无应答或说不能起身：拨打120", "en": "No answer through the door, or cannot get up: call 120"},
  {"code": "confirm_safe", "zh": "确认安全后结案", "en": "Close when the person is safe"}
]'),
('wandering', '[
  {"code": "call_person", "zh": "拨打老人手机和家中电话", "en": "Call the person''s mobile and the home"},
  {"code": "tell_contact", "zh": "通知联系人：去向、衣着、常去地点", "en": "Tell the contacts: where to, clothes, usual places"},
  {"code": "send_responder", "zh": "派在岗人员、物业沿常去路线寻找，查看小区监控", "en": "Send responders and property staff along the usual ways; look at the estate''s cameras"},
  {"code": "call_110", "zh": "夜间、恶劣天气、认知障碍或30分钟未找到：拨打110", "en": "At night, in bad weather, with dementia, or not found in 30 minutes: call 110"},
  {"code": "confirm_home", "zh": "找到并送回、家属知悉后结案", "en": "Close when found, home, and the family knows"}
]'),
('cold', '[
  {"code": "call_home", "zh": "拨打住户：人怎么样，取暖是否正常", "en": "Call the home: how are they, does the heating work"},
  {"code": "call_120", "zh": "发抖停止、嗜睡、说话不清：拨打120", "en": "No longer shivering, drowsy, slurred speech: call 120"},
  {"code": "warm_now", "zh": "关窗、加衣被、热饮，提醒不在室内烧炭", "en": "Close windows, blankets, a hot drink; no charcoal indoors"},
  {"code": "send_responder", "zh": "无人应答或无法取暖：派人上门", "en": "No answer or no way to get warm: send somebody"},
  {"code": "repair", "zh": "报修取暖，安排临时取暖或转移", "en": "Have the heating repaired; arrange a heater or another place"}
]'),
('heat', '[
  {"code": "call_home", "zh": "拨打住户：人怎么样，风扇空调是否能用", "en": "Call the home: how are they, does the fan or cooling work"},
  {"code": "call_120", "zh": "意识不清、皮肤发烫、抽搐：拨打120", "en": "Confused, burning skin, cramps: call 120"},
  {"code": "cool_now", "zh": "开空调风扇、湿毛巾、少量多次喝水", "en": "Cooling on, wet towels, small drinks often"},
  {"code": "send_responder", "zh": "无人应答或无法降温：派人上门或转到纳凉点", "en": "No answer or no way to cool: send somebody, or move them to a cool place"},
  {"code": "call_again", "zh": "1小时后再次回访", "en": "Call again after an hour"}
]'),
('water_leak', '[
  {"code": "call_home", "zh": "先拨打住户：是否在用水、人是否滑倒，关总阀", "en": "Call the home first: is water running, has anybody slipped; close the main valve"},
  {"code": "warn_electricity", "zh": "提醒不碰积水中的电器和插座", "en": "Keep away from sockets and appliances standing in water"},
  {"code": "send_responder", "zh": "无人应答：派物业或最近人员关阀、查看人员", "en": "No answer: send property staff or the nearest responder to close the valve and look after the person"},
  {"code": "tell_contact", "zh": "通知联系人和楼下住户", "en": "Tell the contacts and the neighbours below"},
  {"code": "confirm_dry", "zh": "确认止水、地面防滑后结案", "en": "Close when the water is stopped and the floor is safe"}
]')
) AS seeds (kind, lines);
