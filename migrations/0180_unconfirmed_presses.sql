-- A button that its maker sells for emergencies, pressed before an installer has said what it is for:
-- the desk is warned at once, and nobody else before somebody there has decided.
INSERT INTO plans (code, version, kind, steps, cycles, created_at) VALUES
('unconfirmed_press', 1, 'unconfirmed_press', '[
  {"after_seconds": 0,  "target": "console"},
  {"after_seconds": 60, "target": "console"},
  {"after_seconds": 60, "target": "supervisor"}
]', 2, '2000-01-01T00:00:00Z');

INSERT INTO protocols (kind, version, lines, review_by, created_at) VALUES
('unconfirmed_press', 1, '[
  {"code": "call_home", "zh": "立即回拨住户，问是否按了按钮、是否需要帮助", "en": "Call the home at once: did they press, do they need help"},
  {"code": "make_call", "zh": "需要帮助或无人应答：点“作为紧急呼叫处理”", "en": "Help needed, or no answer: press “Make it a help call”"},
  {"code": "set_up", "zh": "请安装人员设置该按钮，避免下次仍被当作普通按键", "en": "Have an installer set the button up, so that it calls the next time"}
]', '2027-05-31', '2000-01-01T00:00:00Z');
