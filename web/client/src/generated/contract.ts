// Generated from docs/openapi.json and docs/asyncapi.json by `npm run generate -w web/client`; never edited.

export interface paths {
    "/admin/rooms/{room_id}/pushes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why did nobody pick up? */
        get: operations["get_pushes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/agents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All agents */
        get: operations["get_agents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/canned-responses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search canned responses */
        get: operations["get_canned_responses"];
        put?: never;
        /** Create a canned response */
        post: operations["post_canned_response"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/canned-responses/{response_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One canned response */
        get: operations["get_canned_response"];
        /** Change a canned response */
        put: operations["put_canned_response"];
        post?: never;
        /** Delete a canned response */
        delete: operations["delete_canned_response"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an app needs to know */
        get: operations["visitor_get_config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/departments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All departments */
        get: operations["get_departments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Register a device */
        put: operations["put_device"];
        post?: never;
        /** Forget a device */
        delete: operations["delete_device"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who I am */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Choose my status */
        put: operations["put_status"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer from the lock screen */
        post: operations["visitor_post_push_action"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My inbox */
        get: operations["get_rooms"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{room_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One room */
        get: operations["get_room"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{room_id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept or hold */
        post: operations["post_accept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{room_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close the tab */
        post: operations["post_close"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{room_id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Decline */
        post: operations["post_decline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{room_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A room's log */
        get: operations["get_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{room_id}/invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Invite a colleague */
        post: operations["post_invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{room_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message */
        post: operations["post_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{room_id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add a note */
        post: operations["post_note"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{room_id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark as read */
        post: operations["post_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rooms/{room_id}/transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Transfer */
        post: operations["post_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What I missed */
        post: operations["post_sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A ticket for a socket */
        post: operations["post_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My profile */
        get: operations["visitor_get_visitor"];
        /** Change my profile */
        put: operations["visitor_put_visitor"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor/availability": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether anybody is there */
        get: operations["visitor_get_availability"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor/rooms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My rooms */
        get: operations["visitor_get_rooms"];
        put?: never;
        /** Open a room */
        post: operations["visitor_post_room"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor/rooms/{room_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of my rooms */
        get: operations["visitor_get_room"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor/rooms/{room_id}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End the chat */
        post: operations["visitor_post_close"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor/rooms/{room_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** My room's log */
        get: operations["visitor_get_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor/rooms/{room_id}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message */
        post: operations["visitor_post_message"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor/rooms/{room_id}/rating": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rate the chat */
        post: operations["visitor_post_rating"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor/rooms/{room_id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark as read */
        post: operations["visitor_post_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start or renew a session */
        post: operations["visitor_post_session"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/visitor/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A ticket for a socket */
        post: operations["visitor_post_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Actor
         * @description Who caused an event; the system has neither id nor name.
         */
        Actor: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "visitor" | "agent" | "system";
            /** Id */
            id: string | null;
            /** Name */
            name: string | null;
        };
        /**
         * AgentInvited
         * @description A personal offer to one more agent.
         */
        AgentInvited: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "agent.invited";
            data: components["schemas"]["AgentInvitedData"];
        };
        /**
         * AgentInvitedData
         * @description The data of `agent.invited`.
         */
        AgentInvitedData: {
            /** Agent Id */
            agent_id: string;
        };
        /**
         * AgentLeft
         * @description An agent closed its tab.
         */
        AgentLeft: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "agent.left";
            data: components["schemas"]["AgentLeftData"];
        };
        /**
         * AgentLeftData
         * @description The data of `agent.left`.
         */
        AgentLeftData: Record<string, never>;
        /**
         * AgentName
         * @description An agent by id and name.
         */
        AgentName: {
            /** Id */
            id: string;
            /** Name */
            name: string | null;
        };
        /**
         * AgentStatusFrame
         * @description A colleague chose another status.
         */
        AgentStatusFrame: {
            /**
             * Type
             * @constant
             */
            type: "agent.status";
            /** Agent Id */
            agent_id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "online" | "away" | "offline";
        };
        /**
         * Event
         * @description One entry of a room's log.
         */
        Event: components["schemas"]["RoomOpened"] | components["schemas"]["MessageSent"] | components["schemas"]["NoteAdded"] | components["schemas"]["RoomAccepted"] | components["schemas"]["RoomDeclined"] | components["schemas"]["AgentInvited"] | components["schemas"]["RoomTransferred"] | components["schemas"]["AgentLeft"] | components["schemas"]["RoomUnattended"] | components["schemas"]["RoomClosed"] | components["schemas"]["RoomRated"];
        /**
         * FieldProblem
         * @description What is wrong with one field.
         */
        FieldProblem: {
            /** Field */
            field: string;
            /** Message */
            message: string;
        };
        /**
         * LastMessage
         * @description The newest message; `text` is an excerpt of 120 code points.
         */
        LastMessage: {
            /** Seq */
            seq: number;
            /** Text */
            text: string;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            from: components["schemas"]["Actor"];
        };
        /**
         * MessageSent
         * @description Somebody wrote; `text` has 1 to 4,000 code points.
         */
        MessageSent: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "message.sent";
            data: components["schemas"]["MessageSentData"];
        };
        /**
         * MessageSentData
         * @description The data of `message.sent`.
         */
        MessageSentData: {
            /** Text */
            text: string;
            /** Canned Response Id */
            canned_response_id?: string | null;
        };
        /**
         * NoteAdded
         * @description An agent wrote what no visitor sees.
         */
        NoteAdded: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "note.added";
            data: components["schemas"]["NoteAddedData"];
        };
        /**
         * NoteAddedData
         * @description The data of `note.added`.
         */
        NoteAddedData: {
            /** Text */
            text: string;
        };
        /**
         * Offer
         * @description An offer that stands for the receiver.
         */
        Offer: {
            /** Seq */
            seq: number;
            /**
             * Kind
             * @enum {string}
             */
            kind: "department" | "invite" | "transfer";
            by: components["schemas"]["AgentName"] | null;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
        };
        /**
         * OpenedFrom
         * @description The page from which a room was opened.
         */
        OpenedFrom: {
            /** Url */
            url: string;
            /** Title */
            title: string | null;
            /** Referrer */
            referrer: string | null;
        };
        /**
         * Participant
         * @description Who takes part; `read` is the last seq that they read.
         */
        Participant: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "visitor" | "agent";
            /** Id */
            id: string;
            /** Name */
            name: string | null;
            /** Read */
            read: number;
        };
        /**
         * PongFrame
         * @description Answers `ping`.
         */
        PongFrame: {
            /**
             * Type
             * @constant
             */
            type: "pong";
            /**
             * Now
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            now: string;
        };
        /**
         * Problem
         * @description RFC 9457; `code` is stable. further members depend on it.
         */
        Problem: {
            /** Type */
            type: string;
            /** Title */
            title: string;
            /** Status */
            status: number;
            /** @enum {string} */
            code: "unauthenticated" | "forbidden" | "not_a_participant" | "not_found" | "already_taken" | "room_closed" | "room_open" | "client_id_reused" | "version_conflict" | "shortcut_taken" | "too_large" | "validation_failed" | "rate_limited" | "internal";
            /**
             * Detail
             * @default null
             */
            detail?: string | null;
            /**
             * Fields
             * @default null
             */
            fields?: {
                /** Field */
                field: string;
                /** Message */
                message: string;
            }[] | null;
            /**
             * Room Id
             * @default null
             */
            room_id?: string | null;
            /** @default null */
            taken_by?: components["schemas"]["AgentName"] | null;
            /**
             * Retry After
             * @default null
             */
            retry_after?: number | null;
            /**
             * Request Id
             * @default null
             */
            request_id?: string | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * Reader
         * @description Who read.
         */
        Reader: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "visitor" | "agent";
            /** Id */
            id: string;
        };
        /**
         * ResponseFrame
         * @description Answers a frame; `body` and `status` as in HTTP, `request_id` null for a problem nobody asked about.
         */
        ResponseFrame: {
            /**
             * Type
             * @constant
             */
            type: "response";
            /** Request Id */
            request_id: string | null;
            /** Status */
            status: number;
            /** Body */
            body: components["schemas"]["Event"] | components["schemas"]["Summary"] | components["schemas"]["VisitorSummary"] | components["schemas"]["Problem"] | null;
        };
        /**
         * RoomAccepted
         * @description An agent took the offer named.
         */
        RoomAccepted: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "room.accepted";
            data: components["schemas"]["RoomAcceptedData"];
        };
        /**
         * RoomAcceptedData
         * @description The data of `room.accepted`.
         */
        RoomAcceptedData: {
            /** Offer */
            offer: number;
            /** Hold */
            hold: boolean;
        };
        /**
         * RoomChangedFrame
         * @description A room that the receiver's inbox shows without being in it.
         */
        RoomChangedFrame: {
            /**
             * Type
             * @constant
             */
            type: "room.changed";
            room: components["schemas"]["Summary"];
        };
        /**
         * RoomClosed
         * @description The room is closed and stays so.
         */
        RoomClosed: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "room.closed";
            data: components["schemas"]["RoomClosedData"];
        };
        /**
         * RoomClosedData
         * @description The data of `room.closed`.
         */
        RoomClosedData: {
            /**
             * Closed By
             * @enum {string}
             */
            closed_by: "visitor" | "agent" | "system";
            /**
             * Reason
             * @enum {string}
             */
            reason: "closed" | "visitor_left" | "idle" | "expired";
        };
        /**
         * RoomDeclined
         * @description An agent wants no part of the offer named.
         */
        RoomDeclined: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "room.declined";
            data: components["schemas"]["RoomDeclinedData"];
        };
        /**
         * RoomDeclinedData
         * @description The data of `room.declined`.
         */
        RoomDeclinedData: {
            /** Offer */
            offer: number;
        };
        /**
         * RoomEventFrame
         * @description An event of a room that the receiver takes part in; `prev` is the event before it that it may see.
         */
        RoomEventFrame: {
            /**
             * Type
             * @constant
             */
            type: "room.event";
            /** Room Id */
            room_id: string;
            event: components["schemas"]["Event"];
            /** Prev */
            prev: number;
            /** Room */
            room: components["schemas"]["Summary"] | components["schemas"]["VisitorSummary"];
        };
        /**
         * RoomOpened
         * @description The visitor opened the room.
         */
        RoomOpened: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "room.opened";
            data: components["schemas"]["RoomOpenedData"];
        };
        /**
         * RoomOpenedData
         * @description The data of `room.opened`.
         */
        RoomOpenedData: {
            /** Department Id */
            department_id: string;
            page: components["schemas"]["OpenedFrom"];
        };
        /**
         * RoomRated
         * @description The visitor said how it was.
         */
        RoomRated: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "room.rated";
            data: components["schemas"]["RoomRatedData"];
        };
        /**
         * RoomRatedData
         * @description The data of `room.rated`.
         */
        RoomRatedData: {
            /** Score */
            score: number;
            /** Comment */
            comment: string | null;
        };
        /**
         * RoomReadFrame
         * @description How far a participant has read.
         */
        RoomReadFrame: {
            /**
             * Type
             * @constant
             */
            type: "room.read";
            /** Room Id */
            room_id: string;
            participant: components["schemas"]["Reader"];
            /** Seq */
            seq: number;
        };
        /**
         * RoomRemovedFrame
         * @description A room that left the receiver's inbox; a summary whose `seq` is not above this one's is stale.
         */
        RoomRemovedFrame: {
            /**
             * Type
             * @constant
             */
            type: "room.removed";
            /** Room Id */
            room_id: string;
            /** Seq */
            seq: number;
            /**
             * Reason
             * @enum {string}
             */
            reason: "declined" | "taken" | "left" | "closed" | "withdrawn";
            by: components["schemas"]["Actor"];
        };
        /**
         * RoomTransferred
         * @description An offer to an agent or a department; the giver leaves when it is accepted.
         */
        RoomTransferred: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "room.transferred";
            data: components["schemas"]["RoomTransferredData"];
        };
        /**
         * RoomTransferredData
         * @description The data of `room.transferred`.
         */
        RoomTransferredData: {
            /** Agent Id */
            agent_id?: string | null;
            /** Department Id */
            department_id?: string | null;
        };
        /**
         * RoomTypingFrame
         * @description Somebody writes; lapses after 6 s unless repeated.
         */
        RoomTypingFrame: {
            /**
             * Type
             * @constant
             */
            type: "room.typing";
            /** Room Id */
            room_id: string;
            participant: components["schemas"]["Writer"];
            /** Typing */
            typing: boolean;
            /**
             * Preview
             * @default null
             */
            preview?: string | null;
        };
        /**
         * RoomUnattended
         * @description Nobody takes the room.
         */
        RoomUnattended: {
            /** Seq */
            seq: number;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            actor: components["schemas"]["Actor"];
            /** Client Id */
            client_id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "room.unattended";
            data: components["schemas"]["RoomUnattendedData"];
        };
        /**
         * RoomUnattendedData
         * @description The data of `room.unattended`.
         */
        RoomUnattendedData: {
            /**
             * Reason
             * @enum {string}
             */
            reason: "offline" | "declined" | "timeout";
        };
        /**
         * Summary
         * @description A room as one agent's inbox shows it: `state`, `offer`, `held` and `unread` are this agent's own.
         */
        Summary: {
            /** Id */
            id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "waiting" | "active" | "closed";
            /** Seq */
            seq: number;
            /** Department Id */
            department_id: string;
            visitor: components["schemas"]["VisitorName"];
            /** Participants */
            participants: components["schemas"]["Participant"][];
            last_message: components["schemas"]["LastMessage"] | null;
            /**
             * Opened At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            opened_at: string;
            /**
             * Changed At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            changed_at: string;
            /** Closed At */
            closed_at: string | null;
            /** Closed By */
            closed_by: ("visitor" | "agent" | "system") | null;
            /** State */
            state: ("closed" | "waiting" | "answered" | "incoming") | null;
            offer: components["schemas"]["Offer"] | null;
            /** Held */
            held: boolean;
            /** Unread */
            unread: number;
        };
        /**
         * VisitorName
         * @description A visitor in a summary.
         */
        VisitorName: {
            /** Id */
            id: string;
            /** Name */
            name: string | null;
        };
        /**
         * VisitorSummary
         * @description A room as its visitor sees it.
         */
        VisitorSummary: {
            /** Id */
            id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "waiting" | "active" | "closed";
            /** Seq */
            seq: number;
            /** Department Id */
            department_id: string;
            visitor: components["schemas"]["VisitorName"];
            /** Participants */
            participants: components["schemas"]["Participant"][];
            last_message: components["schemas"]["LastMessage"] | null;
            /**
             * Opened At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            opened_at: string;
            /**
             * Changed At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            changed_at: string;
            /** Closed At */
            closed_at: string | null;
            /** Closed By */
            closed_by: ("visitor" | "agent" | "system") | null;
        };
        /**
         * Writer
         * @description Who writes.
         */
        Writer: {
            /**
             * Kind
             * @enum {string}
             */
            kind: "visitor" | "agent";
            /** Id */
            id: string;
            /** Name */
            name: string | null;
        };
        /** @description An agent's message. */
        MessageSendAction: {
            /** @constant */
            action: "message.send";
            request_id?: string;
            room_id: string;
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /** Text */
            text: string;
            /**
             * Canned Response Id
             * @default null
             */
            canned_response_id?: string | null;
        };
        /** @description An internal note. */
        NoteAddAction: {
            /** @constant */
            action: "note.add";
            request_id?: string;
            room_id: string;
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /** Text */
            text: string;
        };
        /** @description An acceptance, or a hold. */
        RoomAcceptAction: {
            /** @constant */
            action: "room.accept";
            request_id?: string;
            room_id: string;
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /**
             * Offer
             * @default null
             */
            offer?: number | null;
            /**
             * Hold
             * @default false
             */
            hold?: boolean;
        };
        /** @description A decline. */
        RoomDeclineAction: {
            /** @constant */
            action: "room.decline";
            request_id?: string;
            room_id: string;
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /**
             * Offer
             * @default null
             */
            offer?: number | null;
        };
        /** @description A visitor's close, or an agent's close of its tab. */
        RoomCloseAction: {
            /** @constant */
            action: "room.close";
            request_id?: string;
            room_id: string;
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
        };
        /** @description How far the caller has read. */
        RoomReadAction: {
            /** @constant */
            action: "room.read";
            request_id?: string;
            room_id: string;
            /** Seq */
            seq: number;
        };
        /** @description Whether the caller writes, and what a visitor wrote so far. */
        RoomTypingAction: {
            /** @constant */
            action: "room.typing";
            request_id?: string;
            room_id: string;
            /** Typing */
            typing: boolean;
            /**
             * Preview
             * @default null
             */
            preview?: string | null;
        };
        /** @description Whether the app is in the foreground. */
        DeviceStateAction: {
            /** @constant */
            action: "device.state";
            request_id?: string;
            /** Foreground */
            foreground: boolean;
        };
        /** @description Strict: a number is no text, a text is no number, and what is not known is refused. */
        PingAction: {
            /** @constant */
            action: "ping";
            request_id?: string;
        };
        /**
         * AcceptBody
         * @description An acceptance, or a hold.
         */
        AcceptBody: {
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /** Offer */
            offer?: number | null;
            /**
             * Hold
             * @default false
             */
            hold?: boolean;
        };
        /**
         * Agents
         * @description All agents.
         */
        Agents: {
            /** Agents */
            agents: components["schemas"]["Colleague"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * Auth
         * @description How agents sign in.
         */
        Auth: {
            /**
             * Kind
             * @constant
             */
            kind: "cognito";
            /** Region */
            region: string;
            /** User Pool Id */
            user_pool_id: string;
            /** Client Id */
            client_id: string;
            /** Endpoint */
            endpoint: string;
        };
        /**
         * Availability
         * @description Whether anybody is there.
         */
        Availability: {
            /** Online */
            online: boolean;
            /** Departments */
            departments: components["schemas"]["DepartmentOnline"][];
        };
        /**
         * CannedResponse
         * @description A prepared text.
         */
        CannedResponse: {
            /** Id */
            id: string;
            /** Shortcut */
            shortcut: string;
            /** Title */
            title: string;
            /** Body */
            body: string;
            /** Tags */
            tags: string[];
            /**
             * Scope
             * @enum {string}
             */
            scope: "company" | "department" | "agent";
            /** Department Id */
            department_id?: string | null;
            /** Version */
            version: number;
            /**
             * Updated At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            updated_at: string;
        };
        /**
         * CannedResponses
         * @description A page of canned responses, best first.
         */
        CannedResponses: {
            /** Canned Responses */
            canned_responses: components["schemas"]["CannedResponse"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * ChangedCannedResponseBody
         * @description A change of the version that the caller knows. What may be left out stays as it is.
         */
        ChangedCannedResponseBody: {
            /** Shortcut */
            shortcut: string;
            /** Title */
            title: string;
            /** Body */
            body: string;
            /** Tags */
            tags?: string[];
            /**
             * Scope
             * @enum {string}
             */
            scope?: "company" | "department" | "agent";
            /** Department Id */
            department_id?: string | null;
            /** Version */
            version: number;
        };
        /**
         * CloseBody
         * @description A visitor's close, or an agent's close of its tab.
         */
        CloseBody: {
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
        };
        /**
         * Colleague
         * @description An agent, with the number of open rooms it takes part in.
         */
        Colleague: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Status
             * @enum {string}
             */
            status: "online" | "away" | "offline";
            /** Open Rooms */
            open_rooms: number;
            /** Department Ids */
            department_ids: string[];
        };
        /**
         * Config
         * @description All that an app needs to know, from the one URL that it knows.
         */
        Config: {
            /** Version */
            version: string;
            /** Api Url */
            api_url: string;
            /** Socket Url */
            socket_url: string;
            auth: components["schemas"]["Auth"];
            push: components["schemas"]["Push"] | null;
        };
        /**
         * Counts
         * @description Rooms by tab, exact up to 100; 100 means 100 or more.
         */
        Counts: {
            /** All */
            all: number;
            /** Active */
            active: number;
            /** Waiting */
            waiting: number;
            /** Closed */
            closed: number;
        };
        /**
         * DeclineBody
         * @description A decline.
         */
        DeclineBody: {
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /** Offer */
            offer?: number | null;
        };
        /**
         * DepartmentName
         * @description A department.
         */
        DepartmentName: {
            /** Id */
            id: string;
            /** Name */
            name: string;
        };
        /**
         * DepartmentOnline
         * @description A department, and whether anybody of it is online.
         */
        DepartmentOnline: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Online */
            online: boolean;
        };
        /**
         * Departments
         * @description All departments.
         */
        Departments: {
            /** Departments */
            departments: components["schemas"]["DepartmentOnline"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * Device
         * @description A device; the push token is not shown again.
         */
        Device: {
            /** Id */
            id: string;
            /**
             * Platform
             * @enum {string}
             */
            platform: "ios" | "android" | "web";
            /** Locale */
            locale: string | null;
        };
        /**
         * DeviceBody
         * @description A device's push token; for `web` the subscription as JSON text.
         */
        DeviceBody: {
            /**
             * Platform
             * @enum {string}
             */
            platform: "ios" | "android" | "web";
            /** Push Token */
            push_token: string;
            /** Locale */
            locale?: string | null;
        };
        /**
         * Events
         * @description A page of a log; `through` is the last seq looked at, `more` looks in the direction asked.
         */
        Events: {
            /** Events */
            events: components["schemas"]["Event"][];
            /** Through */
            through: number;
            /** More */
            more: boolean;
        };
        /**
         * InboxNow
         * @description All open rooms and the newest 100 closed.
         */
        InboxNow: {
            /** Rooms */
            rooms: components["schemas"]["Summary"][];
            counts: components["schemas"]["Counts"];
        };
        /**
         * InviteBody
         * @description An invitation.
         */
        InviteBody: {
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /** Agent Id */
            agent_id: string;
        };
        /**
         * Me
         * @description The agent who asks.
         */
        Me: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /** Email */
            email: string;
            /**
             * Status
             * @enum {string}
             */
            status: "online" | "away" | "offline";
            /** Admin */
            admin: boolean;
            /** Departments */
            departments: components["schemas"]["DepartmentName"][];
        };
        /**
         * MessageBody
         * @description An agent's message.
         */
        MessageBody: {
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /** Text */
            text: string;
            /** Canned Response Id */
            canned_response_id?: string | null;
        };
        /**
         * NewCannedResponseBody
         * @description A new canned response.
         */
        NewCannedResponseBody: {
            /** Shortcut */
            shortcut: string;
            /** Title */
            title: string;
            /** Body */
            body: string;
            /** Tags */
            tags?: string[];
            /**
             * Scope
             * @default agent
             * @enum {string}
             */
            scope?: "company" | "department" | "agent";
            /** Department Id */
            department_id?: string | null;
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
        };
        /**
         * NoteBody
         * @description An internal note.
         */
        NoteBody: {
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /** Text */
            text: string;
        };
        /**
         * OfferPush
         * @description What became of an offer on its way to one device, or why an agent was not pushed (`device_id` null).
         */
        OfferPush: {
            /** Offer */
            offer: number;
            /**
             * Kind
             * @enum {string}
             */
            kind: "offer" | "invite" | "transfer";
            agent: components["schemas"]["AgentName"];
            /** Device Id */
            device_id: string | null;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
            /**
             * Outcome
             * @enum {string}
             */
            outcome: "sent" | "gone" | "disabled" | "refused" | "unconfigured" | "no_device";
            /** Provider */
            provider: string | null;
            /** Answer */
            answer: string | null;
            /** Seen At */
            seen_at: string | null;
            /** Action */
            action: ("accept" | "hold" | "decline") | null;
            /** Acted At */
            acted_at: string | null;
        };
        /**
         * OpeningPage
         * @description The page from which a room is opened.
         */
        OpeningPage: {
            /** Url */
            url: string;
            /** Title */
            title?: string | null;
            /** Referrer */
            referrer?: string | null;
        };
        /**
         * Page
         * @description A page that a visitor looks at.
         */
        Page: {
            /** Url */
            url: string;
            /** Title */
            title?: string | null;
        };
        /**
         * Push
         * @description How browsers subscribe.
         */
        Push: {
            /** Vapid Public Key */
            vapid_public_key: string;
        };
        /**
         * PushActionBody
         * @description What was chosen on a lock screen, with the token of the notification.
         */
        PushActionBody: {
            /** Token */
            token: string;
            /**
             * Action
             * @enum {string}
             */
            action: "seen" | "accept" | "hold" | "decline";
        };
        /**
         * Pushes
         * @description The ledger of a room's offers.
         */
        Pushes: {
            /** Pushes */
            pushes: components["schemas"]["OfferPush"][];
        };
        /**
         * RatingBody
         * @description How it was.
         */
        RatingBody: {
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /** Score */
            score: number;
            /** Comment */
            comment?: string | null;
        };
        /**
         * ReadBody
         * @description How far the caller has read.
         */
        ReadBody: {
            /** Seq */
            seq: number;
        };
        /**
         * RoomBody
         * @description A new room.
         */
        RoomBody: {
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /** Department Id */
            department_id?: string | null;
            /** Text */
            text?: string | null;
            page: components["schemas"]["OpeningPage"];
        };
        /**
         * RoomDetail
         * @description A summary, with the visitor whole and their latest ten earlier rooms.
         */
        RoomDetail: {
            /** Id */
            id: string;
            /**
             * Status
             * @enum {string}
             */
            status: "waiting" | "active" | "closed";
            /** Seq */
            seq: number;
            /** Department Id */
            department_id: string;
            visitor: components["schemas"]["Visitor"];
            /** Participants */
            participants: components["schemas"]["Participant"][];
            last_message: components["schemas"]["LastMessage"] | null;
            /**
             * Opened At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            opened_at: string;
            /**
             * Changed At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            changed_at: string;
            /** Closed At */
            closed_at: string | null;
            /** Closed By */
            closed_by: ("visitor" | "agent" | "system") | null;
            /** State */
            state: ("closed" | "waiting" | "answered" | "incoming") | null;
            offer: components["schemas"]["Offer"] | null;
            /** Held */
            held: boolean;
            /** Unread */
            unread: number;
            /** Earlier Rooms */
            earlier_rooms: components["schemas"]["Summary"][];
        };
        /**
         * Rooms
         * @description A page of an agent's inbox.
         */
        Rooms: {
            /** Rooms */
            rooms: components["schemas"]["Summary"][];
            counts: components["schemas"]["Counts"];
            /** Next Cursor */
            next_cursor: string | null;
        };
        /**
         * Session
         * @description A visitor's session; the token goes into `Authorization: Bearer`.
         */
        Session: {
            /** Visitor Id */
            visitor_id: string;
            /** Token */
            token: string;
            /**
             * Expires At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            expires_at: string;
        };
        /**
         * SessionBody
         * @description What a visitor says of themself.
         */
        SessionBody: {
            /** Name */
            name?: string | null;
            /** Email */
            email?: string | null;
            /** Locale */
            locale?: string | null;
            /** Custom */
            custom?: {
                [key: string]: string | number | boolean;
            } | null;
        };
        /**
         * StatusBody
         * @description An agent's chosen status.
         */
        StatusBody: {
            /**
             * Status
             * @enum {string}
             */
            status: "online" | "away" | "offline";
        };
        /**
         * Sync
         * @description What a device missed.
         */
        Sync: {
            inbox: components["schemas"]["InboxNow"];
            /** Events */
            events: {
                [key: string]: components["schemas"]["Events"];
            };
            /** Removed */
            removed: string[];
        };
        /**
         * SyncBody
         * @description What a device has: per room the last `seq`, 0 for the start.
         */
        SyncBody: {
            /** Rooms */
            rooms: {
                [key: string]: number;
            };
        };
        /**
         * Ticket
         * @description One connection, single use: append `?ticket=` to `url`.
         */
        Ticket: {
            /** Ticket */
            ticket: string;
            /** Url */
            url: string;
            /**
             * Expires At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            expires_at: string;
        };
        /**
         * TicketBody
         * @description A ticket for a socket.
         */
        TicketBody: {
            /** Device Id */
            device_id?: string | null;
        };
        /**
         * TransferBody
         * @description A transfer to an agent or to a department: exactly one of them.
         */
        TransferBody: {
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /** Agent Id */
            agent_id?: string | null;
            /** Department Id */
            department_id?: string | null;
        };
        /**
         * VisitedPage
         * @description A page that the visitor looked at.
         */
        VisitedPage: {
            /** Url */
            url: string;
            /** Title */
            title: string | null;
            /**
             * At
             * Format: date-time
             * @description RFC 3339 in UTC with milliseconds.
             */
            at: string;
        };
        /**
         * Visitor
         * @description A visitor's profile.
         */
        Visitor: {
            /** Id */
            id: string;
            /** Name */
            name: string | null;
            /** Email */
            email: string | null;
            /** Locale */
            locale: string | null;
            /** Browser */
            browser: string | null;
            /** Custom */
            custom: {
                [key: string]: string | number | boolean;
            };
            /** Pages */
            pages: components["schemas"]["VisitedPage"][];
        };
        /**
         * VisitorBody
         * @description A change of the visitor's profile.
         */
        VisitorBody: {
            /** Name */
            name?: string | null;
            /** Email */
            email?: string | null;
            /** Locale */
            locale?: string | null;
            /** Custom */
            custom?: {
                [key: string]: string | number | boolean;
            } | null;
            page?: components["schemas"]["Page"] | null;
        };
        /**
         * VisitorMessageBody
         * @description A visitor's message.
         */
        VisitorMessageBody: {
            /**
             * Client Id
             * @description A UUID that the caller makes; a retry repeats it with the body unchanged.
             */
            client_id: string;
            /**
             * After
             * @description The last seq that the caller had when the command was made.
             * @default 0
             */
            after?: number;
            /** Text */
            text: string;
        };
        /**
         * VisitorRooms
         * @description A page of a visitor's rooms.
         */
        VisitorRooms: {
            /** Rooms */
            rooms: components["schemas"]["VisitorSummary"][];
            /** Next Cursor */
            next_cursor: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_pushes: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pushes"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_agents: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Agents"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_canned_responses: {
        parameters: {
            query?: {
                q?: string;
                tag?: string | null;
                scope?: ("company" | "department" | "agent") | null;
                limit?: number;
                cursor?: string | null;
            };
            header?: {
                "if-none-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CannedResponses"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_canned_response: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCannedResponseBody"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CannedResponse"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_canned_response: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                response_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CannedResponse"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_canned_response: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                response_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangedCannedResponseBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CannedResponse"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_canned_response: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                response_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": null;
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_get_config: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Config"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_departments: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Departments"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeviceBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Device"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": null;
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StatusBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_post_push_action: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PushActionBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_rooms: {
        parameters: {
            query?: {
                tab?: "all" | "active" | "waiting" | "closed";
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rooms"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_room: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomDetail"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_accept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_close: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloseBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_decline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeclineBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_events: {
        parameters: {
            query?: {
                after?: number | null;
                before?: number | null;
                limit?: number;
            };
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Events"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_invite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InviteBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageBody"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_note: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NoteBody"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadBody"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": null;
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_transfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TransferBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_sync: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Sync"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    post_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketBody"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_get_visitor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visitor"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_put_visitor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisitorBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Visitor"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_get_availability: {
        parameters: {
            query?: {
                department_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Availability"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_get_rooms: {
        parameters: {
            query?: {
                limit?: number;
                cursor?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitorRooms"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_post_room: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoomBody"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitorSummary"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_get_room: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitorSummary"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_post_close: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloseBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitorSummary"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_get_events: {
        parameters: {
            query?: {
                after?: number | null;
                before?: number | null;
                limit?: number;
            };
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Events"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_post_message: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VisitorMessageBody"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_post_rating: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RatingBody"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisitorSummary"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_post_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                room_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadBody"];
            };
        };
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": null;
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_post_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionBody"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    visitor_post_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TicketBody"];
            };
        };
        responses: {
            /** @description Done */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            /** @description A problem (RFC 9457) */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
