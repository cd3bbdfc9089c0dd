"""The doors of the operators' pages about channels."""

from web.desk import channel_templates, channels
from web.route import Route
from web.security.policies import Policy

_OPERATOR = Policy.STAFF_OPERATOR

CHANNEL_ROUTES = [
    Route("GET", "/desk/channels", channels.show_channels, _OPERATOR),
    Route("GET", "/desk/channels/add", channels.choose_kind, _OPERATOR),
    Route("GET", "/desk/channels/add/{kind}", channels.ask, _OPERATOR),
    Route("POST", "/desk/channels/add/{kind}", channels.add, _OPERATOR),
    Route("GET", "/desk/channels/{id}", channels.show_channel, _OPERATOR),
    Route("POST", "/desk/channels/{id}/settings", channels.change_settings, _OPERATOR),
    Route("POST", "/desk/channels/{id}/secrets", channels.rotate, _OPERATOR),
    Route("POST", "/desk/channels/{id}/switch", channels.switch, _OPERATOR),
    Route("POST", "/desk/channels/{id}/test", channels.send_test, _OPERATOR),
    Route("GET", "/desk/channels/{id}/templates", channel_templates.show_templates, _OPERATOR),
    Route("POST", "/desk/channels/{id}/templates", channel_templates.add, _OPERATOR),
    Route("POST", "/desk/channels/{id}/templates/{template_id}/remove", channel_templates.remove, _OPERATOR),
    Route("GET", "/desk/channels/{id}/deliveries", channels.show_deliveries, _OPERATOR),
    Route("POST", "/desk/channels/{id}/deliveries/replay", channels.replay_all, _OPERATOR),
    Route("POST", "/desk/channels/{id}/deliveries/{delivery_id}/replay", channels.replay, _OPERATOR),
]
