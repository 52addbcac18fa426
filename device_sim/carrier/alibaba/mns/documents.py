"""MNS's XML: messages, refusals, and the handles it is sent. Pure."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from device_sim.carrier.alibaba.mns.queues import QueuedMessage

NAMESPACE = "http://mns.aliyuncs.com/doc/v1/"


def message_xml(message: QueuedMessage, clock_offset: float) -> bytes:
    """One received message. `clock_offset` turns its times into seconds since 1970."""
    return _xml(_message_element(message, clock_offset))


def messages_xml(messages: Iterable[QueuedMessage], clock_offset: float) -> bytes:
    """Several received messages."""
    root = ElementTree.Element("Messages")
    root.extend(_message_element(message, clock_offset) for message in messages)
    return _xml(root)


def visibility_xml(message: QueuedMessage, clock_offset: float) -> bytes:
    """The answer to a change of visibility."""
    root = ElementTree.Element("ChangeVisibility")
    _add(root, "ReceiptHandle", message.handle)
    _add(root, "NextVisibleTime", _milliseconds(message.visible_at + clock_offset))
    return _xml(root)


def error_xml(code: str, message: str, request_id: str, host: str) -> bytes:
    """One refusal."""
    root = ElementTree.Element("Error")
    for name, text in (
        ("Code", code),
        ("Message", message),
        ("RequestId", request_id),
        ("HostId", host),
    ):
        _add(root, name, text)
    return _xml(root)


def failed_handles_xml(handles: Sequence[str]) -> bytes:
    """The messages of a batch that could not be deleted."""
    root = ElementTree.Element("Errors")
    for handle in handles:
        error = ElementTree.SubElement(root, "Error")
        _add(error, "ErrorCode", "MessageNotExist")
        _add(error, "ErrorMessage", "Message not exist.")
        _add(error, "ReceiptHandle", handle)
    return _xml(root)


def handles_of(document: bytes) -> list[str]:
    """The handles of a batch that is to be deleted; ValueError when it is no such document."""
    if b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise ValueError("no DOCTYPE or entities")
    try:
        # Entities are refused above, and the document comes from the server under test.
        root = ElementTree.fromstring(document)  # noqa: S314
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    return [e.text or "" for e in root.iter() if e.tag.rpartition("}")[2] == "ReceiptHandle"]


def _message_element(message: QueuedMessage, clock_offset: float) -> ElementTree.Element:
    element = ElementTree.Element("Message")
    for name, text in (
        ("MessageId", message.id),
        ("ReceiptHandle", message.handle),
        ("MessageBody", base64.b64encode(message.body).decode()),
        # Of what the body says, not of how it is written: so it is with these queues.
        ("MessageBodyMD5", hashlib.md5(message.body, usedforsecurity=False).hexdigest().upper()),
        ("EnqueueTime", _milliseconds(message.enqueued_at + clock_offset)),
        ("FirstDequeueTime", _milliseconds(message.first_dequeued_at + clock_offset)),
        ("NextVisibleTime", _milliseconds(message.visible_at + clock_offset)),
        ("DequeueCount", str(message.dequeued)),
        ("Priority", "8"),
    ):
        _add(element, name, text)
    return element


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = text


def _milliseconds(seconds: float) -> str:
    return str(int(seconds * 1000))


def _xml(root: ElementTree.Element) -> bytes:
    root.set("xmlns", NAMESPACE)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
