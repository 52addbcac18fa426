// The phones' page: listens to /phones/stream, draws each phone, sends what people do with them.

const WORDS = {
  en: {
    title: "Simulated phones", lead: "What families and responders receive, and what they answer.",
    find: "Find a phone", empty: "No phone has rung yet. Press a button in a home and the phones of its people appear here.",
    stopped: "Opted out", answer: "Answer", hangup: "Hang up", send: "Send", reply: "Reply",
    behaviour: "How this phone behaves", sms: "Messages", calls: "Calls", live: "live", cut: "disconnected, trying again",
    none: "No messages yet", unnamed: "Phone", other: "中文", ringing: "Ringing: {from}", talking: "In a call: {from}",
    asking: "Press a key", missed: "Call · {status}", ring: "Call the centre", dialling: "Calling {to}", called: "Called · {status}",
  },
  zh: {
    title: "模拟手机", lead: "家属和响应人员收到什么、如何回复，都在这里。",
    find: "查找手机", empty: "还没有手机收到消息。在某户按下按钮，相关人员的手机就会出现在这里。",
    stopped: "已退订", answer: "接听", hangup: "挂断", send: "发送", reply: "回复",
    behaviour: "这部手机的表现", sms: "短信", calls: "电话", live: "实时", cut: "连接中断，正在重试",
    none: "还没有消息", unnamed: "手机", other: "English", ringing: "来电：{from}", talking: "通话中：{from}",
    asking: "请按键", missed: "电话 · {status}", ring: "打电话给中心", dialling: "正在呼叫 {to}", called: "打出电话 · {status}",
  },
};
const STATES = {
  zh: {
    accepted: "已受理", queued: "排队中", sent: "已发出", delivered: "已送达", undelivered: "未送达", failed: "失败",
    received: "已发送", completed: "已结束", busy: "忙线", "no-answer": "无人接听", canceled: "已取消",
    rejected: "拒收", ring: "响铃", answer: "接听不按键", machine: "语音信箱", rate_limited: "限流 429",
    server_error: "服务器错误 503", hang_before_accepting: "受理前断开", hang_after_accepting: "受理后断开",
  },
  en: {
    answer: "answers, no key", machine: "voice mail", ring: "rings", rejected: "opted out (21610)", rate_limited: "429",
    server_error: "503", hang_before_accepting: "hangs before accepting", hang_after_accepting: "hangs after accepting",
    received: "sent",
  },
};
const CARRIERS = { en: { twilio: "Twilio", alibaba: "Alibaba Cloud" }, zh: { twilio: "Twilio", alibaba: "阿里云" } };
const SMS = ["delivered", "undelivered", "failed", "rejected", "rate_limited", "server_error", "hang_before_accepting", "hang_after_accepting"];
const CALLS = ["ring", "answer", "machine", "busy", "no-answer", "failed"];
const QUICK = { zh: ["1", "2", "在路上", "收到", "退订"], en: ["1", "2", "on my way", "STOP"] };
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

let language = (localStorage.getItem("language") ?? navigator.language).startsWith("zh") ? "zh" : "en";
const phones = new Map();
const $ = (selector, root = document) => root.querySelector(selector);
const say = (key, values = {}) => WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
const state = (name) => STATES[language][name] ?? name;
const carrier = (item) => CARRIERS[language][item.carrier] ?? item.carrier;
const clock = (at) => new Date(at).toLocaleTimeString(language === "zh" ? "zh-CN" : "en-GB");

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function translate(root) {
  for (const spoken of root.querySelectorAll("[data-say]")) spoken.textContent = say(spoken.dataset.say);
  for (const hinted of root.querySelectorAll("[data-hint]")) {
    hinted.placeholder = say(hinted.dataset.hint);
    hinted.setAttribute("aria-label", say(hinted.dataset.hint));
  }
}

async function tell(card, number, path, method, body) {
  const answer = await fetch(`/phones/${encodeURIComponent(number)}/${path}`, {
    method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  }).catch(() => null);
  const trouble = $(".trouble", card);
  trouble.hidden = answer?.ok ?? false;
  if (!trouble.hidden) trouble.textContent = answer ? (await answer.json()).detail : say("cut");
  return !!answer?.ok;
}

function options(select, names, chosen) {
  if (select === document.activeElement) return;
  if (!names.includes(chosen)) names = [...names, chosen];
  select.replaceChildren(...names.map((name) => {
    const option = element("option", "", state(name));
    option.value = name;
    return option;
  }));
  select.value = chosen;
}

function newCard(number) {
  const card = $("#phone").content.firstElementChild.cloneNode(true);
  const press = (digits) => tell(card, number, "press", "POST", { digits });
  $(".answer", card).onclick = () => press("");
  $(".ring", card).onclick = () => tell(card, number, "call", "POST", {});
  $(".decline", card).onclick = () => tell(card, number, "hangup", "POST", {});
  $(".keys", card).append(...KEYS.map((key) => {
    const button = element("button", "", key);
    button.type = "button";
    button.onclick = () => press(key);
    return button;
  }));
  const form = $(".reply", card);
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (await tell(card, number, "reply", "POST", { text: form.text.value })) form.reset();
  };
  for (const half of ["sms", "call"]) {
    $(`select[name=${half}]`, card).onchange = (event) => tell(card, number, "behaviour", "PUT", { [half]: event.target.value });
  }
  return card;
}

function quickReplies(card, number) {
  $(".quick", card).replaceChildren(...QUICK[language].map((text) => {
    const button = element("button", "", text);
    button.type = "button";
    button.onclick = () => tell(card, number, "reply", "POST", { text });
    return button;
  }));
}

function bubble(message) {
  const lost = ["undelivered", "failed"].includes(message.status);
  const item = element("li", message.direction === "in" ? "mine" : lost ? "lost" : "", "");
  const code = message.error_code ? ` ${message.error_code}` : "";
  item.append(element("p", "bubble", message.text), element("p", "meta", `${clock(message.at)} · ${state(message.status)}${code} · ${carrier(message)}`));
  return item;
}

function drawCall(card, phone) {
  const call = phone.calls.at(-1);
  const live = call?.live ?? false;
  $(".call", card).hidden = !live;
  $(".ring", card).disabled = live;
  card.classList.toggle("ringing", live && call.status !== "in-progress");
  if (!live) return;
  const talking = call.status === "in-progress" || call.direction === "in";
  const what = call.direction === "in" ? "dialling" : talking ? "talking" : "ringing";
  $(".state", card).textContent = say(what, { from: `${call.from} · ${carrier(call)}`, to: call.to }) + (call.asking ? ` · ${say("asking")}` : "");
  $(".said", card).textContent = call.said.join("\n");
  $(".answer", card).hidden = talking;
}

function draw(phone) {
  const known = phones.get(phone.number);
  const card = known?.card ?? newCard(phone.number);
  phones.set(phone.number, { card, phone, language });
  if (!known) $("#phones").append(card);
  if (known?.language !== language) {
    // Only then: a button or a field that somebody is using must stay the same one.
    translate(card);
    quickReplies(card, phone.number);
  }
  $("h2", card).textContent = phone.name || say("unnamed");
  $(".number", card).textContent = phone.number;
  $(".face", card).textContent = [...(phone.name || "☎")][0];
  $(".stopped", card).hidden = phone.opted_out.length === 0;
  options($("select[name=sms]", card), SMS, phone.sms);
  options($("select[name=call]", card), CALLS, phone.call);
  drawCall(card, phone);
  const list = $(".messages", card);
  const ended = phone.calls.filter((call) => !call.live).map((call) => ({
    direction: call.direction, at: call.at, status: call.status, error_code: null, carrier: call.carrier,
    text: [say(call.direction === "in" ? "called" : "missed", { status: state(call.status) }), ...call.said, ...call.digits.map((d) => `⌨ ${d}`), call.error ?? ""].join("\n").trim(),
  }));
  const items = [...phone.messages, ...ended].sort((a, b) => a.at.localeCompare(b.at));
  list.replaceChildren(...(items.length ? items.map(bubble) : [element("li", "none", say("none"))]));
  list.scrollTop = list.scrollHeight;
  filter();
}

function filter() {
  const wanted = $("#find").value.trim().toLowerCase();
  for (const { card, phone } of phones.values()) card.hidden = !`${phone.name} ${phone.number}`.toLowerCase().includes(wanted);
  $("#empty").hidden = phones.size > 0;
}

function speak() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  translate(document);
  $("#language").textContent = say("other");
  for (const { phone } of phones.values()) draw(phone);
}

function linked(up) {
  $("#link").textContent = say(up ? "live" : "cut");
  $("#link").classList.toggle("cut", !up);
}

$("#find").oninput = filter;
$("#language").onclick = () => {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
  speak();
  linked(!$("#link").classList.contains("cut"));
};
speak();
linked(false);
const stream = new EventSource("/phones/stream");
stream.onopen = () => linked(true);
stream.onerror = () => linked(false);
stream.addEventListener("phones", (event) => JSON.parse(event.data).forEach(draw));
